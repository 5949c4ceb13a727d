const suffix = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/** The 18-character form of a record id: three characters tell upper from lower case in the other fifteen. */
export function longId(id: string): string {
  if (id.length !== 15) return id;
  let end = "";
  for (let block = 0; block < 15; block += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place++) {
      const letter = id[block + place]!;
      if (letter >= "A" && letter <= "Z") bits |= 1 << place;
    }
    end += suffix[bits];
  }
  return id + end;
}
