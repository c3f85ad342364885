using System.Globalization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Features.Instances.Connect;

/// <summary>What somebody copies to reach an instance with Microsoft's clients. A test runs them as they are; no key is ever in them.</summary>
internal static class ConnectSnippets
{
    /// <summary>The clients know port 443 alone: this leads their connections to our port, and leaves the name that the certificate is checked for.</summary>
    private const string Agent =
        """
        https.globalAgent = new https.Agent();
        https.globalAgent.createConnection = (options, connected) =>
          tls.connect({ host: '127.0.0.1', port: PORT, servername: options.host }, connected);
        """;

    /// <summary>For the shell of this machine, since DPS listens on loopback alone.</summary>
    public static string Trust(string authorityFile) => OperatingSystem.IsWindows()
        ? $"$env:NODE_EXTRA_CA_CERTS = '{authorityFile.Replace("'", "''", StringComparison.Ordinal)}'"
        : $"export NODE_EXTRA_CA_CERTS='{authorityFile.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A line for the hosts file: names below localhost do not resolve in every runtime.</summary>
    public static string Hosts(string instance) => $"127.0.0.1  {DpsHostNames.OfService(instance)} {DpsHostNames.GlobalDevice}";

    public static string Service(int port) => With(port,
        $$"""
        // npm install azure-iot-provisioning-service
        const https = require('node:https');
        const tls = require('node:tls');
        const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');

        {{Agent}}

        const service = ProvisioningServiceClient.fromConnectionString(process.env.DPS_CONNECTION_STRING);
        service.createOrUpdateIndividualEnrollment({ registrationId: 'my-device', attestation: { type: 'symmetricKey' } })
          .then(({ responseBody }) => console.log(responseBody.registrationId, responseBody.provisioningStatus));
        """);

    public static string Device(int port, string deviceHost, string idScope) => With(port,
        $$"""
        // npm install azure-iot-provisioning-device azure-iot-provisioning-device-http azure-iot-security-symmetric-key
        const https = require('node:https');
        const tls = require('node:tls');
        const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
        const { Http } = require('azure-iot-provisioning-device-http');
        const { SymmetricKeySecurityClient } = require('azure-iot-security-symmetric-key');

        {{Agent}}

        const security = new SymmetricKeySecurityClient('my-device', process.env.DPS_DEVICE_KEY);
        const device = ProvisioningDeviceClient.create('{{deviceHost}}', '{{idScope}}', new Http(), security);
        device.register().then(({ status, assignedHub }) => console.log(status, assignedHub));
        """);

    public static string With(int port, string snippet) =>
        snippet.ReplaceLineEndings("\n").Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
