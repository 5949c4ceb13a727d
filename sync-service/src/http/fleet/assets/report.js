// A month's report prints from a button; without scripts there is the browser's own menu.
const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());
