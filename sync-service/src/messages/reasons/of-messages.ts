import type { Reason } from "./reason.ts";

/** Why a message waits, failed, or went out in an unusual way. */
export const messageReasons: readonly Reason[] = [
  ["Not delivered within {} hours: {+}", "No se entregó en {0} horas."],
  ["Given up after {} attempts: {+}", "Se abandonó después de {0} intentos."],
  ["Discarded by {}.", "Lo descartó {0}."],
  ["its channel is not configured", "El servicio no tiene configurado este canal."],
  ["{} is not configured.", "El servicio no tiene configurado este canal."],
  [
    "The store holds this item in a form that the service cannot read.",
    "El mensaje quedó guardado de una forma que el servicio no puede leer.",
  ],
  ["The channel gave no answer for this one.", "El canal no contestó por este mensaje."],
  [
    "The destination's answer has characters that the store cannot hold.",
    "La respuesta del destino tiene caracteres que no se pueden guardar.",
  ],
  [
    "The step turned out to be wrong before this item was sent.",
    "El paso resultó equivocado antes de enviarse.",
  ],
  ["The message could not be written: {}", "El mensaje no se pudo armar."],
  ["No answer within {} s.", "El destino no respondió en {0} s."],
  [
    "An earlier message of this conversation goes first.",
    "Antes sale un mensaje anterior de esta conversación.",
  ],
  ["An earlier event of this alert goes first.", "Antes sale un evento anterior de esta alerta."],
  ["Its message goes first.", "Antes va su mensaje."],
  ["The message is still on its way.", "El mensaje todavía está en camino."],
  ["The message was never sent.", "El mensaje nunca se envió."],
  ["The service does not serve {} at the moment.", "El servicio no atiende a este cliente en este momento."],
  ["The contact's address could not be read: {+}", "No se pudo leer la dirección del contacto."],
  ["The case has no {} to write to.", "El caso no tiene adónde escribirle."],
  ["The org has these values already.", "La org ya tiene estos valores."],
  ["The org has it already.", "La org ya lo tiene."],
  ["The case has it already.", "El caso ya lo tiene."],
  ["The case was deleted, so there is nothing to write.", "El caso se borró: no hay nada que escribir."],
  ["The store does not have this message any more.", "La base de datos ya no tiene este mensaje."],
  [
    "The store does not have this file's message any more.",
    "La base de datos ya no tiene el mensaje de este archivo.",
  ],
  ["The server refused the address {}.", "El servidor de correo no acepta la dirección {0}."],
  [
    "The 24 hours of this chat are over. It goes out when the client writes.",
    "Pasaron las 24 horas de esta charla. Sale cuando el cliente escriba.",
  ],
  [
    "{} The template that asks for it was refused: {}",
    "Pasaron las 24 horas de esta charla, y WhatsApp rechazó la plantilla que pide escribir. Sale cuando el cliente escriba.",
  ],
  [
    "This picture came with an earlier mail of its sender too: it is a logo.",
    "Esta imagen ya vino en un correo anterior de la misma persona: es un logo.",
  ],
  [
    "The configuration has no Teams workflow called {}.",
    "La configuración no tiene un flujo de Teams llamado {0}.",
  ],
  ["The org has no webhook called {} any more.", "La org ya no tiene un webhook llamado {0}."],
  ["On-call has nothing called {}.", "La guardia no conoce esta clase de mensaje."],
  ["The phone bridge has nothing called {}.", "El puente telefónico no conoce esta clase de mensaje."],
  [
    "actions.phoneBridge has no url, so the bridge was not told.",
    "En actions.phoneBridge falta url, así que no se avisó al puente telefónico.",
  ],
  ["The store failed: {}", "La base de datos no guardó."],
  ["The case has no clock yet.", "El caso todavía no tiene reloj."],
  ["It opens no case.", "No abre ningún caso."],
  ["Salesforce has nothing called {}.", "Salesforce no conoce esta clase de mensaje."],
  [
    "actions.pagerDuty has no apiToken and apiFrom, so the incident was not told.",
    "En actions.pagerDuty faltan apiToken y apiFrom, así que no se avisó en el incidente.",
  ],
  [
    "Another server on the way answered instead of {}: HTTP {}.",
    "En lugar de {0} contestó otro servidor del camino: HTTP {1}.",
  ],
  ["Another server answered instead of Slack: {}", "En lugar de Slack contestó otro servidor."],
  ["Slack asks to slow down.", "Slack pide ir más despacio."],
  ["Slack does not answer: {}", "Slack no responde."],
  ["Slack: HTTP {}", "Slack contestó HTTP {0}."],
  ["Slack: {}", "Slack no lo aceptó."],
  ["Slack's Socket Mode: {}", "Se cortó el Socket Mode de Slack."],
  [
    "What clients wrote in Slack meanwhile: {}",
    "No se pudo leer lo que los clientes escribieron mientras tanto en Slack.",
  ],
  ["SMTP: {}", "El servidor de correo no lo aceptó."],
  [
    "{} refuses the sign-in of {}: {}. Renew its password or token.",
    "{0} no deja entrar a {1}. Renová su contraseña o su token.",
  ],
  [
    "{} gives no token: {}. Sign in to the mailbox anew.",
    "{0} no da el permiso. Ingresá de nuevo a la casilla.",
  ],
  [
    "The environment variable {} is not set. Set it and start again.",
    "Falta la variable de entorno {0}. Definila y arrancá de nuevo.",
  ],
  ["The secret file {} could not be read ({}).", "No se puede leer un archivo de secreto."],
  [
    "HTTP {}: it {}. Enter the address it has moved to.",
    "El destino contestó HTTP {0} y manda a otro lado. Cargá su dirección nueva.",
  ],
  ["HTTP {}: {}", "El destino contestó HTTP {0}."],
  ["HTTP {}", "El destino contestó HTTP {0}."],
];
