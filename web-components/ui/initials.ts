const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const firstCharacters = (text: string, count: number): string =>
  [...segmenter.segment(text)]
    .slice(0, count)
    .map(({ segment }) => segment)
    .join('');

/** "Anna Berg" → AB, "Anna" → A, "张三" → 三: a Chinese given name tells more than the family name. */
export function initials(name: string): string {
  const words = name.trim().slice(0, 200).split(/\s+/);
  const [first = '', ...others] = words;
  if (/^\p{Script=Han}{2,4}$/u.test(first) && others.length === 0) return [...first].at(-1) ?? '';
  const last = others.at(-1) ?? '';
  return (firstCharacters(first, 1) + firstCharacters(last, 1)).toLocaleUpperCase();
}

/** A steady hue (degrees) for a text, so that one person keeps one colour. */
export function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 360;
}
