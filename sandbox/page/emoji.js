/** The emoji names that plants and bots really use; others are shown as written. */

const KNOWN = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_right: "➡️", bar_chart: "📊", bell: "🔔", blue_book: "📘", bulb: "💡", calendar: "📅",
  camera: "📷", chart_with_upwards_trend: "📈", clipboard: "📋", construction: "🚧", date: "📅", email: "📧", envelope: "✉️", exclamation: "❗", eyes: "👀", factory: "🏭",
  fire: "🔥", gear: "⚙️", hammer: "🔨", hammer_and_wrench: "🛠️", heavy_check_mark: "✔️", hourglass: "⌛", inbox_tray: "📥", information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_orange_circle: "🟠", large_red_circle: "🔴", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍", memo: "📝", moneybag: "💰", no_entry: "⛔", no_entry_sign: "🚫",
  nut_and_bolt: "🔩", ok_hand: "👌", outbox_tray: "📤", package: "📦", page_facing_up: "📄", paperclip: "📎", pencil: "📝", pencil2: "✏️", pray: "🙏", pushpin: "📌", question: "❓",
  raised_hands: "🙌", red_circle: "🔴", robot_face: "🤖", rotating_light: "🚨", slightly_smiling_face: "🙂", smile: "😄", sos: "🆘", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", tada: "🎉", telephone_receiver: "📞",
  thumbsdown: "👎", thumbsup: "👍", toolbox: "🧰", truck: "🚚", warning: "⚠️", wastebasket: "🗑️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌", zap: "⚡",
};

/** The character of a name, or null. */
export function emoji(name) {
  return KNOWN[name] ?? null;
}
