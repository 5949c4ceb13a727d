import title from "@salesforce/label/c.Support_SupportKeys_Title";
import close from "@salesforce/label/c.Support_SupportKeys_Close";
import whileWriting from "@salesforce/label/c.Support_SupportKeys_WhileWriting";

export const labels = {
  title,
  close,
  whileWriting,
};
