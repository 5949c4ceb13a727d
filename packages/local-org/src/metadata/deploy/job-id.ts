const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/** The 15 characters and their checksum. */
export function jobId(prefix: string, number: number): string {
  const bare = `${prefix}${number.toString(36).padStart(15 - prefix.length, "0")}`;
  const checksum = [0, 5, 10].map((from) => {
    const bits = [...bare.slice(from, from + 5)].reduce(
      (sum, character, index) => sum + (/[A-Z]/.test(character) ? 1 << index : 0),
      0,
    );
    return alphabet[bits];
  });
  return bare + checksum.join("");
}
