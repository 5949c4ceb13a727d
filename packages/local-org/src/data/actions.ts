/** Standard actions: notifications to people in the org. */
import { ApiError } from "../org/errors.ts";
import { normalizeId } from "../org/ids.ts";
import { objectBody, ok, type Handler } from "./answer.ts";
import type { LocalOrg } from "../org/localOrg.ts";

interface NotificationInput {
  customNotifTypeId?: string;
  recipientIds?: string[];
  title?: string;
  body?: string;
  targetId?: string;
}

export const customNotification: Handler = ({ org, caller, body }) => {
  if (!org.access.userPermission(caller.userId, "SendCustomNotifications"))
    throw new ApiError(403, "INSUFFICIENT_ACCESS", "The user needs the permission Send Custom Notifications");
  const { inputs } = objectBody(body);
  if (!Array.isArray(inputs)) throw new ApiError(400, "JSON_PARSER_ERROR", "The request has no inputs");
  const results = (inputs as NotificationInput[]).map((input) => {
    const errors = faultsOf(org, input);
    if (errors.length === 0)
      for (const userId of input.recipientIds!)
        org.notify({
          at: org.now(),
          userId: normalizeId(userId)!,
          title: input.title!,
          body: input.body!,
          targetId: normalizeId(input.targetId)!,
        });
    return {
      actionName: "customNotificationAction",
      errors: errors.length === 0 ? null : errors,
      invocationId: null,
      isSuccess: errors.length === 0,
      outcome: null,
      outputValues:
        errors.length === 0
          ? { SuccessMessage: "Your custom notification is processed successfully." }
          : null,
      sortOrder: -1,
      version: 1,
    };
  });
  const failed = results.some((result) => !result.isSuccess);
  return failed ? { status: 400, body: results } : ok(results);
};

function faultsOf(org: LocalOrg, input: NotificationInput) {
  const fault = (message: string) => ({ statusCode: "INVALID_API_INPUT", message, fields: [] });
  const errors = [];
  const type = normalizeId(input.customNotifTypeId);
  if (type === undefined || org.row("CustomNotificationType", type) === undefined)
    errors.push(fault("Invalid Parameter - Custom Notification Type ID"));
  const recipients = input.recipientIds ?? [];
  const known = (id: string) => org.row("User", id)?.IsActive === true || org.row("Group", id) !== undefined;
  if (recipients.length === 0 || recipients.length > 500 || !recipients.every(known))
    errors.push(fault("Invalid Parameter - Recipient IDs"));
  if (!input.title || input.title.length > 250) errors.push(fault("Invalid Parameter - Title"));
  if (!input.body || input.body.length > 750) errors.push(fault("Invalid Parameter - Body"));
  if (normalizeId(input.targetId) === undefined) errors.push(fault("Invalid Parameter - Target ID"));
  return errors;
}
