/** Signing in and out: the cookie is the browser's, the pages never hold a token. */
import type { Agent } from "./agent-wire";
import { ask, Refused } from "./request";

const PATH = "/api/v1/agent/session";

export async function signIn(username: string, password: string): Promise<Agent> {
  return ((await ask(PATH, { body: { username, password } })) as { agent: Agent }).agent;
}

/** Who is signed in here, or null. Throws Unavailable when the service can't be asked. */
export async function whoIsSignedIn(): Promise<Agent | null> {
  try {
    return ((await ask(PATH)) as { agent: Agent }).agent;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

export async function signOut(): Promise<void> {
  await ask(PATH, { method: "DELETE" });
}
