import { createRequire } from 'node:module';

// Shorter ones stand in too many good passwords by chance.
const shortest = 4;

interface CommonPasswords {
  entries: ReadonlySet<string>;
  longest: number;
}

let loaded: CommonPasswords | undefined;

/** Some 49,000 passwords that leaked most often: read when first asked for, 5 MB from then on. */
function commonPasswords(): CommonPasswords {
  if (loaded === undefined) {
    const load = createRequire(import.meta.url);
    const { dictionary } = load(
      '@zxcvbn-ts/language-common',
    ) as typeof import('@zxcvbn-ts/language-common');
    const entries = dictionary['passwords-common'].filter(({ length }) => length >= shortest);
    const longest = entries.reduce((most, { length }) => Math.max(most, length), 0);
    loaded = { entries: new Set(entries), longest };
  }
  return loaded;
}

/**
 * How much of a text common passwords make up, in UTF-16 code units: the longest that stands in it, and
 * the longest two that do not overlap.
 *
 * @param text in lower case
 */
export function commonPart(text: string): { one: number; two: number } {
  const { entries, longest } = commonPasswords();
  // The longest entry that ends at or before each place, and that starts at or after it.
  const before = new Array<number>(text.length + 1).fill(0);
  const after = new Array<number>(text.length + 1).fill(0);
  for (let start = 0; start < text.length; start++) {
    const furthest = Math.min(text.length, start + longest);
    for (let end = start + shortest; end <= furthest; end++) {
      if (!entries.has(text.slice(start, end))) continue;
      before[end] = Math.max(before[end] ?? 0, end - start);
      after[start] = Math.max(after[start] ?? 0, end - start);
    }
  }
  for (let place = 1; place <= text.length; place++) {
    before[place] = Math.max(before[place] ?? 0, before[place - 1] ?? 0);
    const mirrored = text.length - place;
    after[mirrored] = Math.max(after[mirrored] ?? 0, after[mirrored + 1] ?? 0);
  }
  return {
    one: before[text.length] ?? 0,
    two: before.reduce((most, length, place) => Math.max(most, length + (after[place] ?? 0)), 0),
  };
}
