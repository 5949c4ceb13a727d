/** A notice that an operator sends to see whether it arrives. */
export interface TestReport {
  about: "test";
  orgId: string;
  client: string;
  language: "es" | "en";
  address: string;
}

export const testTitle = ({ client, language }: TestReport): string =>
  ({ es: `Aviso de prueba para ${client}`, en: `Test notice for ${client}` })[language];

export const testText = ({ language }: TestReport): string =>
  ({
    es: "Este aviso es una prueba del servicio de soporte. Si lo ves, los avisos llegan. No tenés que hacer nada.",
    en: "The support service sent this notice as a test. If you can read it, notices arrive. You need do nothing.",
  })[language];
