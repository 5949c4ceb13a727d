// A rule of oxlint: the World alone says the time, so nobody else asks the machine by `new Date()`.
export default {
  meta: { name: "world" },
  rules: {
    time: {
      create: (context) => ({
        NewExpression(node) {
          if (node.callee.name === "Date" && node.arguments.length === 0)
            context.report({ node, message: "Take the time from the World's clock (runtime.ts)." });
        },
      }),
    },
  },
};
