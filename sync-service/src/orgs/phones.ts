import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";

/**
 * One spelling for a phone number however it is written, so that a provider's and a contact's can be compared. Mobiles
 * of Argentina (9), Mexico (1) and Brazil (the ninth digit) are written with and without a digit; here they lack it.
 * @param country of numbers that are written without one
 * @returns null for what is no number
 */
export function phoneKey(text: string, country: string): string | null {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 7 || digits.length > 16) return null;
  // in contacts many numbers have their country and no plus
  const international = text.trim().startsWith("+") || /^[1-9]\d{10,}$/.test(text.trim());
  const number = international
    ? (parsePhoneNumberFromString(`+${digits}`) ?? null)
    : (parsePhoneNumberFromString(text, country as CountryCode) ?? null);
  if (number === null) return null;
  const { countryCallingCode: code, nationalNumber } = number;
  const national = String(nationalNumber);
  if (code === "54") return `+54${national.length === 11 ? national.replace(/^9/, "") : national}`;
  if (code === "52") return `+52${national.length === 11 ? national.replace(/^1/, "") : national}`;
  if (code === "55" && national.length === 11 && national[2] === "9")
    return `+55${national.slice(0, 2)}${national.slice(3)}`;
  return `+${code}${national}`;
}
