// Microsoft's clients, as anyone would use them, against a DPS on loopback. One command a line on standard input, one
// answer a line on standard output; the clients live as long as the process.
'use strict';
const fs = require('node:fs');
const https = require('node:https');
const tls = require('node:tls');
const readline = require('node:readline');
const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Http } = require('azure-iot-provisioning-device-http');
const { SymmetricKeySecurityClient } = require('azure-iot-security-symmetric-key');
const { createHmac } = require('node:crypto');

const [connectionString, deviceHost, idScope, port, authority] = process.argv.slice(2);
const ca = fs.readFileSync(authority);

// The clients know names and port 443 only; the agent takes every connection to our listener, and trusts its authority alone.
const agent = new https.Agent({ keepAlive: false });
agent.createConnection = (options, connected) =>
  tls.connect({ host: '127.0.0.1', port: Number(port), servername: options.host, ca }, connected);
https.globalAgent = agent;

const service = ProvisioningServiceClient.fromConnectionString(connectionString);
const groupKey = Buffer.alloc(64, 7).toString('base64');

const commands = {
  createGroup: ({ id }) => service.createOrUpdateEnrollmentGroup({
    enrollmentGroupId: id,
    attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: groupKey, secondaryKey: groupKey } },
    provisioningStatus: 'enabled',
  }),
  getGroup: ({ id }) => service.getEnrollmentGroup(id),
  updateGroup: async ({ id }) => service.createOrUpdateEnrollmentGroup({ ...(await service.getEnrollmentGroup(id)).responseBody, initialTwin: { tags: { site: 'north' } } }),
  getKeys: ({ id }) => service.getEnrollmentGroupAttestationMechanism(id),
  createIndividual: ({ id }) => service.createOrUpdateIndividualEnrollment({ registrationId: id, attestation: { type: 'symmetricKey' } }),
  queryIndividuals: async ({ pageSize }) => {
    const query = service.createIndividualEnrollmentQuery({ query: '*' }, pageSize);
    const ids = [];
    while (query.hasMoreResults) {
      ids.push(...(await query.next(query.continuationToken)).responseBody.map((enrollment) => enrollment.registrationId));
    }
    return { responseBody: ids };
  },
  getRegistration: ({ id }) => service.getDeviceRegistrationState(id),
  deleteIndividual: ({ id }) => service.deleteIndividualEnrollment(id),
  register: async ({ id }) => {
    const key = createHmac('sha256', Buffer.from(groupKey, 'base64')).update(id).digest('base64');
    const client = ProvisioningDeviceClient.create(deviceHost, idScope, new Http(), new SymmetricKeySecurityClient(id, key));
    return { responseBody: await client.register() };
  },
};

function describe(error) {
  const body = error.responseBody ? JSON.parse(error.responseBody) : {};
  return { error: error.name, message: error.message, status: error.response?.statusCode ?? 0, retryAfter: error.response?.headers['retry-after'], body };
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { command, ...args } = JSON.parse(line);
  let answer;
  try {
    const result = await commands[command](args);
    answer = { ok: true, value: result?.responseBody ?? null };
  } catch (error) {
    answer = { ok: false, ...describe(error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
