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

export const refusalText = ({ reason, caseId, language }: RefusalReport): string =>
  ({
    es: `Salesforce respondió: ${reason}${caseId ? ` (por ejemplo en el caso ${caseId})` : ""}. Lo que no se pudo escribir queda entre los envíos fallidos; después de corregirlo, se reintenta con "sla-sync dead-letters retry". Este aviso se envía una sola vez.`,
    en: `Salesforce answered: ${reason}${caseId ? ` (for example on case ${caseId})` : ""}. What could not be written is kept as dead letters; once this is mended, try again with "sla-sync dead-letters retry". This is told once.`,
  })[language];
