/** API versions, from the oldest that Salesforce still serves to the newest. */
const first = 31;
export const latest = 68;

const seasons = ["Winter", "Spring", "Summer"] as const;

/** 31.0 is Summer '14; three releases a year, Winter opening the next one's number. */
function label(version: number): string {
  const n = version - 31 + 2;
  const season = seasons[n % 3]!;
  return `${season} '${14 + Math.floor(n / 3)}`;
}

export const versions = Array.from({ length: latest - first + 1 }, (_, i) => {
  const version = `${first + i}.0`;
  return { label: label(first + i), url: `/services/data/v${version}`, version };
});

export const isServed = (version: string): boolean => versions.some((v) => v.version === version);
