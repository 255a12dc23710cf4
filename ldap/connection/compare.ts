import type { DirectoryView } from '../directory.ts';
import { compileFilter } from '../filter/compile.ts';
import { Truth } from '../filter/compiled-filter.ts';
import { evaluate } from '../filter/evaluate.ts';
import type { CompareRequest } from '../message/requests.ts';
import { RequestError, ResultCode } from '../message/result-code.ts';
import { findVisible } from './start-search.ts';

/** Compares one value (RFC 4511 section 4.10) by the attribute's equality rule. */
export function compareEntry(view: DirectoryView, request: CompareRequest): ResultCode {
  const { store, visibility = {} } = view;
  const entry = findVisible(view, request.name);
  const { attribute, value } = request;
  const description = store.schema.describe(attribute);
  if (description === undefined) {
    throw new RequestError(ResultCode.undefinedAttributeType, 'unknown attribute type');
  }
  if (description.type.equality === undefined) {
    throw new RequestError(ResultCode.inappropriateMatching, 'the attribute has no equality rule');
  }
  const context = store.filterContext(visibility);
  const present = compileFilter({ kind: 'present', attribute }, context);
  if (evaluate(present, entry, context) !== Truth.true) return ResultCode.noSuchAttribute;
  const equality = compileFilter({ kind: 'equality', attribute, value }, context);
  switch (evaluate(equality, entry, context)) {
    case Truth.true:
      return ResultCode.compareTrue;
    case Truth.false:
      return ResultCode.compareFalse;
    default:
      throw new RequestError(ResultCode.invalidAttributeSyntax, 'the value does not fit');
  }
}
