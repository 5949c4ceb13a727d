/** The platform's scoped modules, resolved by the org for the user who opens the page. */
declare module "@salesforce/label/*" {
  const label: string;
  export default label;
}
declare module "@salesforce/schema/*" {
  const reference: { objectApiName: string; fieldApiName: string };
  export default reference;
}
/** The user's language, for example `es`, `es-MX`, `en-US`. */
declare module "@salesforce/i18n/lang" {
  const lang: string;
  export default lang;
}
/** The user's locale, for example `es-AR`: dates and numbers. */
declare module "@salesforce/i18n/locale" {
  const locale: string;
  export default locale;
}
/** The user's IANA time zone. */
declare module "@salesforce/i18n/timeZone" {
  const timeZone: string;
  export default timeZone;
}
/** `true` when the user holds it, else undefined. */
declare module "@salesforce/customPermission/*" {
  const held: boolean | undefined;
  export default held;
}
declare module "@salesforce/userPermission/*" {
  const held: boolean | undefined;
  export default held;
}
/** A bundle's template, imported by its script when it chooses between several. */
declare module "*.html" {
  const template: object;
  export default template;
}
