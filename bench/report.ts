/** Prints one line. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints rows under their headings, each column as wide as its widest cell. */
export function table(headings: string[], rows: string[][]): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [headings, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    print(cells.join('  '));
  }
  print();
}

export function ratio(ours: number, theirs: number): string {
  return (ours / theirs).toFixed(2);
}
