/** Characters that RFC 4518 section 2.2 maps to nothing: soft hyphen, joiners, selectors, controls. */
const mappedToNothing =
  /\u034f|\p{Variation_Selector}|[\u00ad\u1806\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufffc]|(?![\t\n\v\f\r\x85])\p{Cc}/gu;
/** Characters that RFC 4518 section 2.4 prohibits. */
const prohibited = /[\p{Co}\p{Cs}\p{Cn}\ufffd]/u;
const lowerPlain = /^[!-@[-`{-~a-z]*$/;
const printableAscii = /^[ -~]*$/;

/**
 * Prepares text for comparison (RFC 4518): map, normalise, prohibit, and each run of spaces becomes
 * one. Leading and trailing spaces are still there. Undefined for prohibited characters.
 */
function prepareCharacters(text: string, foldCase: boolean): string | undefined {
  if (lowerPlain.test(text)) return text;
  if (printableAscii.test(text)) {
    const folded = foldCase ? text.toLowerCase() : text;
    return folded.includes('  ') ? folded.replace(/ {2,}/g, ' ') : folded;
  }
  if (prohibited.test(text)) return undefined;
  let prepared = text.replace(mappedToNothing, '').normalize('NFKC');
  if (foldCase) {
    // RFC 3454 table B.2 folds these two further than lower case does.
    prepared = prepared.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ').normalize('NFKC');
  }
  return prepared.replace(/[\s\p{Zs}]+/gu, ' ');
}

/** Key of a whole value: leading and trailing spaces do not count (RFC 4518 section 2.6.1). */
export function prepareText(text: string, { foldCase }: { foldCase: boolean }): string | undefined {
  const prepared = prepareCharacters(text, foldCase);
  return prepared?.startsWith(' ') || prepared?.endsWith(' ') ? prepared.trim() : prepared;
}

/** A piece of a substring assertion: inner and neighbouring spaces count, outer ones do not. */
export function preparePiece(
  text: string,
  { foldCase, position }: { foldCase: boolean; position: 'initial' | 'any' | 'final' },
): string | undefined {
  const prepared = prepareCharacters(text, foldCase);
  if (position === 'initial') return prepared?.trimStart();
  return position === 'final' ? prepared?.trimEnd() : prepared;
}
