import type { Reason } from "./reason.ts";

/** Why an org, its stream, its contracts or the time are in trouble. */
export const orgReasons: readonly Reason[] = [
  // signing in
  [
    "{} sends the service elsewhere, where it does not go with its key. If the org has moved, register its new address",
    "{0} manda al servicio a otro lado, y el servicio no va ahí con su clave. Si la org se mudó, cargá su dirección nueva.",
  ],
  ["Signing in to {} did not work this time ({})", "El ingreso a {0} no anduvo esta vez."],
  [
    "{} does not let {} in ({}). Check that the external client app accepts this key, that the user is active, not frozen and pre-authorised for the app, and the client id.",
    "{0} no deja entrar a {1}. Revisá que la aplicación externa acepte esta clave, que el usuario esté activo, sin congelar y preautorizado en ella, y el consumer key.",
  ],
  [
    "{} answered a token request with something else",
    "{0} contestó otra cosa cuando el servicio quiso entrar.",
  ],
  ["{} has not let the service in within {} s", "{0} no dejó entrar al servicio en {1} s."],
  [
    "The secret of {} cannot be read from {} ({})",
    "No se puede leer la clave o el secreto de {0} en esta máquina.",
  ],
  [
    "{} does not hold a private key in PEM form",
    "El archivo de la clave no tiene una clave privada en formato PEM.",
  ],
  ["{} refuses a token it has just given", "{0} rechaza un permiso que acaba de dar."],
  [
    "{} is now the org {}; onboarded was {} (a refreshed or copied sandbox?). Nothing is written to it. Remove {} and add it anew, if this is the org that is meant.",
    "En {0} ahora hay otra org. Puede ser un sandbox refrescado o copiado. El servicio no le escribe nada. Si es la que corresponde, dá de baja al cliente y sumalo de nuevo.",
  ],
  // what an org answers
  [
    "The org's API requests for the day are spent{}",
    "Se agotaron los pedidos diarios a la API de la org. El servicio sigue solo cuando haya.",
  ],
  [
    "The service has used its share of the org's API requests: {} of {} in 24 hours (limit {}, share {})",
    "El servicio usó su parte de los pedidos a la API de la org: {0} de {1} en 24 horas.",
  ],
  [
    "The package is missing from the org, or a part of it is: {}. Deploy it again and assign Support_Sync to the service's user.",
    "En la org falta el paquete o una parte de él. Volvé a instalarlo y asignale Support_Sync al usuario del servicio.",
  ],
  [
    "The org hides what the service has to read: {}. Assign the permission set Support_Sync to its user.",
    "La org le esconde al servicio lo que tiene que leer. Asignale Support_Sync a su usuario.",
  ],
  [
    "The org refuses the service's user: {}. Assign the permission set Support_Sync to it.",
    "La org rechaza al usuario del servicio. Asignale Support_Sync.",
  ],
  ["The session ended and could not be renewed: {}", "La sesión terminó y no se pudo renovar."],
  ["The org does not answer: {}", "La org no responde."],
  ["The org has not answered {} within {} s", "La org no contestó un pedido en {1} s."],
  [
    "{} sends the service to {}, where it does not go with its token. If the org has moved, register its new address",
    "{0} manda al servicio a {1}, y el servicio no va ahí con su permiso. Si la org se mudó, cargá su dirección nueva.",
  ],
  [
    "Another server on the way answered instead of the org: a page with HTTP {} from {}",
    "En lugar de la org contestó otro servidor del camino: una página con HTTP {0} de {1}.",
  ],
  [
    "Its settings cannot be used, so nothing is sent for it: {}",
    "Sus ajustes no se pueden usar, así que no se envía nada de esta org.",
  ],
  ["No byte of the file came for {} s", "En {0} s no llegó nada del archivo."],
  [
    "Another server on the way answered instead of {}: HTTP {} without a reason",
    "En lugar de {0} contestó otro servidor del camino: HTTP {1}.",
  ],
  ["The org's answer is longer than {} MB", "La respuesta de la org pasa los {0} MB."],
  [
    "The org does not let the service write Synced_At__c of Support_Contract__c: {}. Assign the permission set Support_Sync to its user.",
    "La org no deja que el servicio escriba Synced_At__c en el contrato. Asignale Support_Sync a su usuario.",
  ],
  ["The org refuses the service's sign of life: {}", "La org rechaza la señal de vida del servicio."],
  [
    "The org does not let {} {} {}, so the monthly figures are not kept there. Assign the permission set Support_Sync to it.",
    "La org no deja que {0} lea o escriba {2}, así que las cifras del mes no quedan en ella. Asignale Support_Sync.",
  ],
  [
    "The org does not show Case to {}. Assign the permission set Support_Sync to it.",
    "La org no le muestra los casos a {0}. Asignale Support_Sync.",
  ],
  [
    "The org does not show {} of Case to {}: the package is not deployed, or Support_Sync is not assigned to that user.",
    "La org no le muestra a {1} estos campos del caso: {0}. Falta el paquete, o falta asignarle Support_Sync.",
  ],
  [
    "The org does not let {} write {} of Case. Assign the permission set Support_Sync to it, with edit access to these fields.",
    "La org no deja que {0} escriba estos campos del caso: {1}. Asignale Support_Sync, con permiso de edición.",
  ],
  [
    "Nothing was written: something must be mended first.",
    "No se escribió nada: primero hay que arreglar algo.",
  ],
  // the stream
  [
    "The org no longer has the stream's position: {}",
    "La org ya no tiene el lugar donde el servicio había quedado.",
  ],
  ["The stream's token is not accepted: {}", "La org no acepta el permiso del canal de eventos."],
  [
    "The channel {} is not in the org: {}. Deploy the package's platformEventChannels again.",
    "El canal {0} no está en la org. Volvé a instalar los platformEventChannels del paquete.",
  ],
  [
    "The channel {} is not in the org, or carries no changes of cases. {}",
    "El canal {0} no está en la org, o no trae cambios de casos. Volvé a instalar los platformEventChannels y platformEventChannelMembers del paquete.",
  ],
  [
    "The channel {} carries cases by the filter {}, not by Support_Contract__c != null: changes do not reach the service. {}",
    "El canal {0} filtra los casos por {1}, y no por Support_Contract__c != null: los cambios no llegan. Volvé a instalar los platformEventChannels y platformEventChannelMembers del paquete.",
  ],
  [
    "The service's user may not subscribe to {}: {}. It needs View All on Case: assign the permission set Support_Sync to it.",
    "El usuario del servicio no puede suscribirse a {0}. Necesita ver todos los casos: asignale Support_Sync.",
  ],
  ["The org has used up its delivered events for the day: {}", "La org agotó los eventos del día."],
  [
    "{} is not on this machine: events and tokens travel by TLS only. sla-sync orgs update {} --no-insecure-plaintext",
    "{0} no está en esta máquina: los eventos viajan solo con TLS. Usá sla-sync orgs update {1} --no-insecure-plaintext.",
  ],
  [
    "Nothing was heard on {} for {} s, {} included",
    "En {1} s no llegó nada por {0}, ni siquiera una señal de vida.",
  ],
  ["The subscription to {} has not been opened within {} s", "La suscripción a {0} no se abrió en {1} s."],
  ["The org ended the stream", "La org cortó el canal de eventos."],
  ["The stream ended: {}", "El canal de eventos se cortó."],
  ["The connection of the Streaming API was lost", "Se perdió la conexión con la Streaming API."],
  ["The Streaming API refused {}: {}", "La Streaming API rechazó un pedido del servicio."],
  [
    "{} events have arrived faster than they are stored; taking them up again from the stored position",
    "Llegaron {0} eventos más rápido de lo que se guardan. El servicio los retoma desde el último guardado.",
  ],
  ["What arrived {} ago is not stored yet{}", "Lo que llegó hace {0} todavía no se guardó."],
  [
    "The last complete look at the org was {} ago: {+}",
    "La última revisión completa de la org fue hace {0}.",
  ],
  ["The registration of {} cannot be read: {}", "El alta de {0} no se puede leer."],
  // contracts and clocks
  [
    "its policy is {}: {}",
    "Las condiciones del contrato no se pueden usar. Escribilas de nuevo con sla-sync orgs update.",
  ],
  [
    "{} contracts are in force ({}), so a case that is opened now gets no clock: end all but one",
    "Hay {0} contratos vigentes a la vez, así que un caso nuevo no tiene reloj. Terminá todos menos uno.",
  ],
  [
    "its known holidays ({}) end on {}, and days after that count as open. The service renews them each year; that it has not says that it could not write the contract",
    "Los feriados cargados ({0}) llegan hasta el {1}, y los días siguientes cuentan como hábiles. El servicio los renueva cada año: no pudo escribir el contrato.",
  ],
  [
    "its known holidays ({}) ended on {}, and days after that count as open. The service renews them each year; that it has not says that it could not write the contract",
    "Los feriados cargados ({0}) terminaron el {1}, y los días siguientes cuentan como hábiles. El servicio los renueva cada año: no pudo escribir el contrato.",
  ],
  ["The clock of case {} cannot be decided: {+}", "No se puede decidir el reloj de un caso."],
  ["{} clocks cannot be decided, of case {} and others: {+}", "No se pueden decidir {0} relojes."],
  [
    "this machine's clock leapt: steps follow the passed time until an org or the store tells the time; mend the clock (NTP)",
    "El reloj de esta máquina saltó. Los pasos siguen el tiempo transcurrido hasta que una org o la base de datos digan la hora. Arreglá el reloj (NTP).",
  ],
  [
    "no org or store has told the time since the start: steps wait for one, or until {} by this machine's clock",
    "Desde el arranque ninguna org ni la base de datos dijeron la hora. Los pasos las esperan, o hasta {0} por el reloj de esta máquina.",
  ],
  [
    "no org or store has told the time since the start: steps follow this machine's clock, which may be wrong",
    "Desde el arranque ninguna org ni la base de datos dijeron la hora. Los pasos siguen el reloj de esta máquina, que puede estar mal.",
  ],
  [
    "the clocks disagree, and no majority decides: steps follow this machine's clock; mend the wrong one (NTP)",
    "Los relojes no coinciden y no hay mayoría. Los pasos siguen el de esta máquina. Arreglá el que está mal (NTP).",
  ],
  [
    "this machine's clock is ahead of every other clock: steps follow the earlier time until one more clock answers or an org lets the service sign in; mend the clock (NTP)",
    "El reloj de esta máquina adelanta respecto de todos los demás. Los pasos siguen la hora más temprana. Arreglá el reloj (NTP).",
  ],
  [
    "this machine's clock is off: steps follow the corrected time; mend the clock (NTP)",
    "El reloj de esta máquina está mal. Los pasos siguen la hora corregida. Arreglá el reloj (NTP).",
  ],
];
