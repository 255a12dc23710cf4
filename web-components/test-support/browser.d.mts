export const chromeArgs: readonly string[];
export function chromePath(): Promise<string>;
