// Stays until it is told to leave; for the test of how a command ends.
process.on("SIGTERM", () => process.exit(0));
console.log(`pid ${process.pid}`);
setInterval(() => {}, 1000);
