import type { Language } from "./words.ts";

/** The texts of the second factor, in both languages. `{0}` is a placeholder. */
const words = {
  es: {
    codeTitle: "Segundo factor",
    codeHint: "Escribí el código de seis dígitos de tu aplicación, o un código de recuperación.",
    code: "Código",
    go: "Continuar",
    again: "Empezar de nuevo",
    wrong: "El código no es correcto, o ya se usó. Esperá el próximo.",
    locked: "Demasiados códigos equivocados. Esperá 15 minutos y empezá de nuevo.",
    unreadable:
      "El servicio no puede leer tu segundo factor. Usá un código de recuperación, o pedile ayuda a quien opera el servicio.",
    expired: "El ingreso tardó demasiado. Empezá de nuevo.",
    account: "Tu usuario",
    back: "Volver a la flota",
    off: "Tu usuario ingresa solo con la contraseña.",
    on: "Tu usuario pide un código además de la contraseña. Quedan {0} códigos de recuperación.",
    needed: "Tu rol es Operación. Hasta que actives el segundo factor, solo podés consultar.",
    unavailable:
      "Este servicio no tiene configurado el segundo factor. Quien lo opera puede activarlo con signIn.secondFactor.",
    company: "Ingresás con la cuenta de tu empresa. El segundo factor se configura allí.",
    setUp: "Activar el segundo factor",
    scan: "Escaneá esta imagen con tu aplicación de códigos. Después escribí el código que muestra.",
    picture: "Código QR para la aplicación",
    orType: "¿No podés escanear? Escribí esta clave en la aplicación:",
    confirm: "Activar",
    keep: "Guardá estos códigos de recuperación",
    keepHint:
      "Cada uno sirve una vez, si no tenés el teléfono. No se muestran de nuevo. Guardalos donde guardás tus contraseñas.",
    done: "Ya los guardé",
    change: "Escribí un código para cambiar algo.",
    renew: "Crear códigos de recuperación nuevos",
    remove: "Desactivar el segundo factor",
    language: "English",
  },
  en: {
    codeTitle: "Second factor",
    codeHint: "Enter the six digits that your app shows, or a recovery code.",
    code: "Code",
    go: "Continue",
    again: "Start again",
    wrong: "The code is wrong, or it was used before. Wait for the next one.",
    locked: "Too many wrong codes. Wait 15 minutes and start again.",
    unreadable:
      "The service cannot read your second factor. Use a recovery code, or ask the operator of the service for help.",
    expired: "The sign-in took too long. Start again.",
    account: "Your account",
    back: "Back to the fleet",
    off: "Your account needs only the password to sign in.",
    on: "Your account asks for a code after the password. {0} recovery codes are left.",
    needed: "You are an operator. Until you set up the second factor, you may only look.",
    unavailable:
      "This service has no second factor configured. Its operator can turn it on with signIn.secondFactor.",
    company: "You sign in with your company's account. Your company sets up the second factor.",
    setUp: "Set up the second factor",
    scan: "Scan this picture with your code app. Then enter the code that the app shows.",
    picture: "QR code for the app",
    orType: "Can you not scan it? Enter this key in the app:",
    confirm: "Turn on",
    keep: "Keep these recovery codes",
    keepHint:
      "Each works once, if you do not have your phone. They are not shown again. Keep them where you keep your passwords.",
    done: "I kept them",
    change: "Enter a code to change something.",
    renew: "Make new recovery codes",
    remove: "Turn off the second factor",
    language: "Español",
  },
};

export type FactorWords = (typeof words)["en"];
export const factorWordsIn = (language: Language): FactorWords => words[language];
