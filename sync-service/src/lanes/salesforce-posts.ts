import type { Connection } from "jsforce";
import type { Text } from "c/slaEngine";
import { literal, type OrgConnection } from "../orgs/connection.ts";
import { sentencesOf, titleOf } from "../messages/message.ts";
import type { CaseNews, Notice } from "../messages/notice.ts";

type Language = "es" | "en";
/** A post with its final words. Calling it sends it. */
type Post = (connection: Connection) => Promise<unknown>;

/** A Chatter post on the case. The provider's people read it, and everybody else who sees the feed. */
export function feedItem(news: CaseNews & { language: Language }, at: number): Post {
  const body = [titleOf(news, news.language), ...sentencesOf(news, news.language, at)].join("\n");
  return async (connection) => {
    const { id } = await connection
      .sobject("FeedItem")
      .create({ ParentId: news.caseId, Body: body.slice(0, 10_000), Visibility: "InternalUsers" });
    return { id };
  };
}

/** A comment on the case. The client sees a public one. */
export function caseComment(
  news: CaseNews & { language: Language; public: boolean; text?: Text },
  at: number,
): Post {
  const body =
    // the step's own text cannot be used for a correction or an ending
    (news.about === "step" ? news.text?.[news.language] : undefined) ??
    [titleOf(news, news.language), ...sentencesOf(news, news.language, at)].join("\n");
  return async (connection) => {
    const { id } = await connection
      .sobject("CaseComment")
      .create({ ParentId: news.caseId, CommentBody: body.slice(0, 4_000), IsPublished: news.public });
    return { id };
  };
}

interface ActionResult {
  isSuccess: boolean;
  errors: { message: string }[] | null;
}

/** Reads the results of a refused action. It answers 400, and jsforce turns that into an error without a code. */
function resultsIn(error: Error): ActionResult[] {
  try {
    const results = JSON.parse(error.message) as ActionResult[];
    if (results[0]?.isSuccess === false) return results;
  } catch {
    // the text is not JSON, so the action did not answer
  }
  throw error;
}

const notificationTypes = new WeakMap<OrgConnection, string>();

/** The bell in Salesforce, through the package's notification type. */
export function customNotification(org: OrgConnection, notice: Notice, at: number): Post {
  const title = titleOf(notice, notice.language).slice(0, 250);
  const body = sentencesOf(notice, notice.language, at).join(" ").slice(0, 750);
  return (connection) => ring(org, connection, { title, body, to: notice.address, caseId: notice.caseId });
}

async function ring(
  org: OrgConnection,
  connection: Connection,
  { title, body, to, caseId }: { title: string; body: string; to: string; caseId: string },
): Promise<undefined> {
  let type = notificationTypes.get(org);
  if (type === undefined) {
    const { records } = await connection.query<{ Id: string }>(
      "SELECT Id FROM CustomNotificationType WHERE DeveloperName = 'Support_SLA'",
    );
    type = records[0]?.Id;
    if (type === undefined)
      throw Object.assign(
        new Error("The org has no custom notification type Support_SLA: deploy the package."),
        {
          errorCode: "NOT_FOUND",
        },
      );
    notificationTypes.set(org, type);
  }
  const [answer] = await connection
    .request<ActionResult[]>({
      method: "POST",
      url: "/actions/standard/customNotificationAction",
      body: JSON.stringify({
        inputs: [
          {
            customNotifTypeId: type,
            recipientIds: [to],
            title,
            body,
            targetId: caseId,
          },
        ],
      }),
      headers: { "content-type": "application/json" },
    })
    .catch((error: Error) => resultsIn(error));
  if (answer?.isSuccess === false)
    throw Object.assign(new Error(answer.errors?.map((e) => e.message).join("; ") ?? "refused"), {
      errorCode: "NOTIFICATION_REFUSED",
    });
  return undefined;
}

const targets = new WeakMap<OrgConnection, Map<string, string>>();

/** The id of a queue (by developer name) or of an active user (by username). null: the org has no such queue or user. */
export async function targetOf(
  org: OrgConnection,
  to: { queue: string } | { user: string },
): Promise<string | null> {
  let known = targets.get(org);
  if (known === undefined) targets.set(org, (known = new Map()));
  const key = JSON.stringify(to);
  const found = known.get(key);
  if (found !== undefined) return found;
  const [row] = await org.query<{ Id: string }>(
    "queue" in to
      ? `SELECT Id FROM Group WHERE Type = 'Queue' AND DeveloperName = ${literal(to.queue)}`
      : `SELECT Id FROM User WHERE IsActive = true AND Username = ${literal(to.user)}`,
  );
  if (row === undefined) return null;
  known.set(key, row.Id);
  return row.Id;
}
