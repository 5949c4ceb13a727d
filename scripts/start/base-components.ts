// Compiles Lightning's base components before the first page. All later runs use the result.
import { prepareVendor } from "@compromiso/local-lightning";
import { places } from "./places.ts";

await prepareVendor({
  cacheDir: places.cache,
  onProgress: (done, total) => console.log(`${done} of ${total}`),
});
