/** What the page knows right now, how it is loaded, and who wants to hear when it changes. */
import { get, listen, post } from "./wire.js";

export const room = {
  me: null,
  place: "chat",
  channel: null,
  thread: null,
  state: { people: [], channels: [], commands: [], shortcuts: [] },
  messages: [],
  messagesOf: null,
  replies: [],
  stack: [],
  home: null,
  mail: { sent: [], plant: [] },
  online: true,
  phone: false,
  ready: false,
  becoming: false,
};

const watchers = new Map();

/** Calls back after a topic (state, messages, thread, views, mail, place, line) has changed. */
export function on(topic, callback) {
  watchers.set(topic, [...(watchers.get(topic) ?? []), callback]);
}

/** Tells the watchers of a topic. */
export function tell(topic) {
  for (const callback of watchers.get(topic) ?? []) callback();
}

const channelPath = (channel, extra = {}) => get("messages", { channel, as: room.me, ...extra });

// Each loader answers whether its result still belongs to what is on screen.
const LOADERS = {
  async state() {
    const me = room.me;
    const state = await get("state", { as: me });
    if (me !== room.me) return false;
    room.state = state;
    return true;
  },
  async messages() {
    const { me, channel } = room;
    if (!channel) return false;
    const answer = await channelPath(channel);
    if (me !== room.me || channel !== room.channel) return false;
    Object.assign(room, { messages: answer.messages, messagesOf: `${me}/${channel}` });
    return true;
  },
  async thread() {
    const { me, channel, thread } = room;
    if (!thread) {
      room.replies = [];
      return true;
    }
    const answer = await channelPath(channel, { thread });
    if (me !== room.me || thread !== room.thread) return false;
    room.replies = answer.messages;
    return true;
  },
  async views() {
    const me = room.me;
    const answer = await get("views", { as: me });
    if (me !== room.me) return false;
    room.stack = answer.stack ?? [];
    room.home = answer.home ?? null;
    return true;
  },
  async mail() {
    room.mail = await get("mail");
    return true;
  },
};

const running = new Map();
const again = new Set();

/** Loads topics afresh; calls made while a load runs are joined into one more load. */
export function wake(...topics) {
  return Promise.all(topics.map(load));
}

function load(topic) {
  if (running.has(topic)) {
    again.add(topic);
    return running.get(topic);
  }
  const work = rounds(topic).finally(() => running.delete(topic));
  running.set(topic, work);
  return work;
}

async function rounds(topic) {
  do {
    again.delete(topic);
    try {
      if (await LOADERS[topic]()) tell(topic);
    } catch (problem) {
      console.warn(problem.message);
      return;
    }
  } while (again.has(topic));
}

const TOPICS = {
  message: ["messages", "thread", "state"],
  update: ["messages", "thread"],
  delete: ["messages", "thread", "state"],
  ephemeral: ["messages", "thread"],
  file: ["messages", "thread"],
  reaction: ["messages", "thread"],
  view: ["views"],
  home: ["views"],
  mail: ["mail"],
  connection: ["state"],
};
const EVERYTHING = ["state", "messages", "thread", "views", "mail"];

let stopListening = () => {};
let lastLine = null;

function connect() {
  stopListening();
  lastLine = null;
  stopListening = listen(room.me, onEvent, onLine);
}

function onEvent(event) {
  wake(...(TOPICS[event.kind] ?? EVERYTHING));
}

function onLine(online) {
  if (online && lastLine === false) wake(...EVERYTHING);
  lastLine = online;
  room.online = online;
  tell("line");
}

/** Becomes another person; stays in the channel and thread if that person is in it, else goes to the first channel. */
export async function actAs(id) {
  if (id === room.me) return;
  const thread = room.thread;
  Object.assign(room, { me: id, becoming: true, thread: null, stack: [], home: null, messages: [], replies: [] });
  keep("person", id);
  connect();
  tell("state");
  await wake("state");
  if (id !== room.me) return;
  room.becoming = false;
  const here = room.state.channels.find((channel) => channel.id === room.channel) ?? room.state.channels[0];
  if (room.place === "home") await post("open_home", { as: room.me });
  await goTo(here?.id ?? null, here?.id === room.channel ? thread : null, room.place);
  await wake("views");
}

/** Shows a channel, and a thread of it if one is named. */
export async function goTo(channel, thread = null, place = "chat") {
  const moved = channel !== room.channel;
  Object.assign(room, { channel, thread, place });
  if (moved) room.messages = [];
  room.replies = [];
  keep("channel", channel ?? "");
  tell("place");
  await wake("messages", "thread");
  await wake("state");
}

/** Opens or closes (null) the thread pane. */
export async function openThread(thread) {
  room.thread = thread;
  if (!thread) room.replies = [];
  tell("place");
  await wake("thread");
}

/** Shows chat, home, mail, or (on small screens) the list of places. */
export async function show(place) {
  room.place = place;
  tell("place");
  if (place === "home") {
    const answer = await post("open_home", { as: room.me });
    await wake("views");
    return answer;
  }
  if (place === "mail") await wake("mail");
  return { ok: true };
}

/** First load of the page. */
export async function start() {
  room.state = await get("state", { as: kept("person") });
  const known = room.state.people.map((person) => person.id);
  room.me = known.includes(kept("person")) ? kept("person") : (known[0] ?? null);
  await wake("state");
  const channels = room.state.channels;
  const asked = new URLSearchParams(location.search);
  if (asked.get("channel")) keep("channel", asked.get("channel"));
  room.channel = (channels.find((channel) => channel.id === kept("channel")) ?? channels[0])?.id ?? null;
  connect();
  await wake("messages", "views", "mail");
  room.thread = threadAsked(asked);
  if (room.thread) await wake("thread");
  room.ready = true;
  tell("place");
}

// A permalink names a message as p and sixteen digits, and the root of its thread as a stamp.
function threadAsked(asked) {
  const parts = /^p(\d{10})(\d{6})$/.exec(asked.get("ts") ?? "");
  const stamp = asked.get("thread_ts") ?? (parts ? `${parts[1]}.${parts[2]}` : null);
  return room.messages.some((message) => message.ts === stamp && message.reply_count) ? stamp : null;
}

/** The person with this id, or a name that says that nobody is known. */
export function person(id) {
  return room.state.people.find((one) => one.id === id) ?? { id, name: id ?? "somebody", title: "" };
}

export const myself = () => person(room.me);

/** A channel of the person acted as. */
export function channelOf(id) {
  return room.state.channels.find((channel) => channel.id === id) ?? null;
}

/** Whether a channel is the direct message with the bot. */
export function isBotDm(channel) {
  return channel.kind === "dm" && withWhom(channel) === room.state.bot?.id;
}

/** The other person's id of a direct message. */
export function withWhom(channel) {
  const other = channel.with?.id ?? channel.with;
  return Array.isArray(other) ? other.find((id) => id !== room.me) : other;
}

/** How much is unread there; what is on screen counts as read. */
export function unreadOf(channel) {
  const inSight = channel.id === room.channel && room.place === "chat" && !document.hidden;
  return inSight ? 0 : (channel.unread ?? 0);
}

/** Goes to the direct message with the bot, which begins when somebody first looks for it. */
export async function goToBot() {
  if (!room.state.channels.some(isBotDm)) {
    await post("open_home", { as: room.me, tab: "messages" });
    await wake("state");
  }
  const dm = room.state.channels.find(isBotDm);
  if (dm) await goTo(dm.id);
}

/** The words a channel is called by. */
export function channelName(channel) {
  if (channel.kind !== "dm") return channel.name;
  return isBotDm(channel) ? botName() : person(withWhom(channel)).name;
}

/** The bot's name with a capital, as people write it. */
export function botName() {
  const name = room.state.bot?.name ?? "chargehand";
  return name[0].toUpperCase() + name.slice(1);
}

/** Remembers a small choice for this window. */
export function keep(name, value) {
  try {
    sessionStorage.setItem(`chargehand.${name}`, value);
  } catch {
    // A browser may forbid storage; the page then forgets, nothing else is lost.
  }
}

/** A remembered choice, or null. */
export function kept(name) {
  try {
    return sessionStorage.getItem(`chargehand.${name}`);
  } catch {
    return null;
  }
}
