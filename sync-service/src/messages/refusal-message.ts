/** Something that the org refuses and that its admin can mend. */
export interface RefusalReport {
  about: "refusal";
  orgId: string;
  client: string;
  code: string;
  reason: string;
  caseId: string | null;
  language: "es" | "en";
  address: string;
}

export const refusalTitle = ({ client, language }: RefusalReport): string =>
  ({
    es: `${client}: la organización rechaza lo que escribe el servicio de soporte`,
    en: `${client}: the org refuses what the support service writes`,
  })[language];

/** The code of a report that something in the org keeps changing what the service writes; its reason names the fields. */
export const changedAgain = "CHANGED_AGAIN";

export const refusalText = ({ code, reason, caseId, language }: RefusalReport): string =>
  (code === changedAgain ? keepsChanging : refused)(reason, caseId)[language];

const refused = (reason: string, caseId: string | null) => ({
  es: `Salesforce respondió: ${reason}${caseId ? ` (por ejemplo en el caso ${caseId})` : ""}. Lo que no se pudo escribir queda entre los envíos fallidos; después de corregirlo, se reintenta con "sla-sync dead-letters retry". Este aviso se envía una sola vez.`,
  en: `Salesforce answered: ${reason}${caseId ? ` (for example on case ${caseId})` : ""}. What could not be written is kept as dead letters; once this is mended, try again with "sla-sync dead-letters retry". This is told once.`,
});

const keepsChanging = (fields: string, caseId: string | null) => ({
  es: `Algo en la organización (un flow, por ejemplo) vuelve a cambiar ${fields} cada vez que el servicio lo escribe (por ejemplo en el caso ${caseId}). El servicio deja ahí lo que encontró hasta la próxima conciliación. Buscá qué flow o regla escribe en esos campos y sacalos de ahí: los escribe solo el servicio. Este aviso se envía una sola vez.`,
  en: `Something in the org (a flow, for example) changes ${fields} each time the service writes it (for example on case ${caseId}). The service leaves what it found there until the next reconciliation. Find the flow or rule that writes these fields and take them out of it: only the service writes them. This is told once.`,
});
