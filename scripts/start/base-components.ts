// Compiles Lightning's base components ahead of the first page, once for every run to come.
import { prepareVendor } from "@compromiso/local-lightning";
import { places } from "./places.ts";

await prepareVendor({
  cacheDir: places.cache,
  onProgress: (done, total) => console.log(`${done} of ${total}`),
});
