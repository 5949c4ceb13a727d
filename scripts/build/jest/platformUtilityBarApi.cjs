const { createTestWireAdapter } = require("@salesforce/wire-service-jest-util");

module.exports = {
  EnclosingUtilityId: createTestWireAdapter(),
  updateUtility: jest.fn().mockResolvedValue(true),
  minimize: jest.fn().mockResolvedValue(true),
};
