/* Sets the chosen theme before the first paint, so that nobody is dazzled. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("chargehand.theme");
  } catch {
    chosen = null;
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
