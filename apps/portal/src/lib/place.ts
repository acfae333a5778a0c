/** A language's regional form, and the zones that lie in that region, where the browser tells. */
type Regional = Intl.Locale & { getTimeZones?: () => readonly string[] | undefined };

/**
 * Where somebody is, by what his browser knows: its time zone, and the country of one of its languages when that zone
 * lies in it. English of the United States is read everywhere, and says nothing of where.
 */
export function placeOf(
  timezone: string,
  languages: readonly string[],
): { timezone: string; country: string } {
  const countries = languages.flatMap((language) => regionOf(language) ?? []);
  return { timezone, country: countries.find((country) => zonesOf(country).includes(timezone)) ?? 'ID' };
}

/** Chromium under a system without a language tells `en-US@posix`, which is no language to anybody else. */
function regionOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).region;
  } catch {
    return undefined;
  }
}

function zonesOf(country: string): readonly string[] {
  const regional: Regional = new Intl.Locale(`und-${country}`);
  return regional.getTimeZones?.() ?? [];
}
