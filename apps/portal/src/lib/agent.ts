const browsers = [
  [/\bEdg/, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;

const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** What a browser said of itself in two words that people know, such as `Chrome, Windows`; undefined when in none. */
export function agentName(agent: string | undefined): string | undefined {
  const known = [browsers, systems].flatMap(
    (names) => names.find(([pattern]) => pattern.test(agent ?? ''))?.[1] ?? [],
  );
  return known.length > 0 ? known.join(', ') : undefined;
}
