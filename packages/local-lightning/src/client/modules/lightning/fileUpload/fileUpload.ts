import { api, LightningElement } from "lwc";
import { t } from "local/boot";
import { call } from "local/http";

interface Uploaded {
  name: string;
  documentId: string;
  contentVersionId: string;
  contentBodyId: string;
  mimeType: string;
}
interface Version {
  id: string;
  fields: Record<string, { value: unknown } | undefined>;
}

const EACH = 2_000_000_000;
const TOGETHER = 10;

/** Takes files for a record as Salesforce's component does, and names the new documents. */
export default class FileUpload extends LightningElement {
  @api label = "";
  @api name = "";
  @api accept?: string | string[];
  @api recordId?: string;
  @api multiple = false;
  @api disabled = false;
  @api required = false;
  @api fileFieldName?: string;
  @api fileFieldValue?: string;
  progress = "";
  problem = "";
  busy = false;

  get acceptedFormats(): string {
    return Array.isArray(this.accept) ? this.accept.join(",") : (this.accept ?? "");
  }
  get closed(): boolean {
    return this.disabled || this.busy;
  }

  async upload(event: CustomEvent<{ files: FileList | null }>): Promise<void> {
    event.stopPropagation();
    const chosen = [...(event.detail.files ?? [])];
    if (chosen.length === 0) return;
    this.problem = this.#refusal(chosen);
    if (this.problem !== "") return;
    this.busy = true;
    const files: Uploaded[] = [];
    try {
      for (const [at, file] of chosen.entries()) {
        this.progress = `${t("Uploading")} ${at + 1}/${chosen.length}`;
        files.push(await this.#save(file));
      }
      this.progress = "";
    } catch (error) {
      this.progress = "";
      const { body } = error as { body?: { message?: string; output?: { errors?: { message: string }[] } } };
      this.problem = body?.output?.errors?.[0]?.message ?? body?.message ?? String(error);
    }
    this.busy = false;
    if (files.length > 0) this.dispatchEvent(new CustomEvent("uploadfinished", { detail: { files } }));
  }

  #refusal(chosen: File[]): string {
    if (chosen.length > TOGETHER) return t("You can upload up to 10 files at a time.");
    if (chosen.some(({ size }) => size > EACH)) return t("A file can't be larger than 2 GB.");
    const formats = this.acceptedFormats
      .toLowerCase()
      .split(/\s*,\s*/)
      .filter(Boolean);
    const fits = ({ name }: File): boolean =>
      formats.length === 0 || formats.some((format) => name.toLowerCase().endsWith(format));
    return chosen.every(fits) ? "" : t("Your company doesn't support this file type.");
  }

  async #save(file: File): Promise<Uploaded> {
    const saved = await call<Version>("POST", "/ui-api/records", {
      apiName: "ContentVersion",
      fields: {
        PathOnClient: file.name,
        VersionData: await base64(file),
        ...(this.recordId === undefined ? {} : { FirstPublishLocationId: this.recordId }),
        ...(this.fileFieldName === undefined ? {} : { [this.fileFieldName]: this.fileFieldValue }),
      },
    });
    const asked = await call<Version>(
      "GET",
      `/ui-api/records/${saved.id}?fields=ContentVersion.ContentDocumentId`,
    );
    return {
      name: file.name,
      documentId: String(asked.fields.ContentDocumentId?.value),
      contentVersionId: saved.id,
      contentBodyId: "",
      mimeType: file.type,
    };
  }
}

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
