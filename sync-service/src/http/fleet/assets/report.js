// The print button of a month's report. Without scripts, people use the browser's menu.
const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());
