namespace DpsPortal.Features.Instances.Connect;

/// <summary>
/// What somebody copies to reach an instance with Microsoft's clients for .NET, Java and C, with Python, and from the command line. Devices call
/// localhost, which resolves everywhere; the ID scope tells instances apart. No key is ever in them.
/// </summary>
internal static class OtherClientSnippets
{
    public static string DotNet(int port, string idScope) => ConnectSnippets.With(port,
        $$"""
        // dotnet add package Microsoft.Azure.Devices.Provisioning.Client
        // dotnet add package Microsoft.Azure.Devices.Provisioning.Transport.Http
        using Microsoft.Azure.Devices.Provisioning.Client;
        using Microsoft.Azure.Devices.Provisioning.Client.Transport;
        using Microsoft.Azure.Devices.Shared;

        using var security = new SecurityProviderSymmetricKey("my-device", Environment.GetEnvironmentVariable("DPS_DEVICE_KEY"), null);
        using var transport = new ProvisioningTransportHandlerHttp { Port = PORT };
        var device = ProvisioningDeviceClient.Create("localhost", "{{idScope}}", security, transport);
        var result = await device.RegisterAsync();
        Console.WriteLine($"{result.Status} {result.AssignedHub}");
        """);

    public static string JavaTrust(string authorityFile) =>
        $"""
        keytool -importcert -noprompt -alias dpsportal -file {Quoted(authorityFile)} -keystore dpsportal.p12 -storepass changeit
        java -Djavax.net.ssl.trustStore=dpsportal.p12 -Djavax.net.ssl.trustStorePassword=changeit MyDevice.java
        """.ReplaceLineEndings("\n");

    public static string Java(int port, string idScope) => ConnectSnippets.With(port,
        $$"""
        // com.microsoft.azure.sdk.iot.provisioning:provisioning-device-client, version 2
        var key = System.getenv("DPS_DEVICE_KEY").getBytes(StandardCharsets.UTF_8);
        var security = new SecurityProviderSymmetricKey(key, "my-device");
        var device = ProvisioningDeviceClient.create(
            "localhost:PORT", "{{idScope}}", ProvisioningDeviceClientTransportProtocol.HTTPS, security);
        var result = device.registerDeviceSync();
        System.out.println(result.getProvisioningDeviceClientStatus() + " " + result.getIothubUri());
        device.close();
        """);

    public static string Python(int port, string idScope) => ConnectSnippets.With(port,
        $$"""
        # SSL_CERT_FILE names the certificate of the local authority.
        import base64, hmac, json, os, time
        from urllib.parse import quote
        from urllib.request import Request, urlopen

        device, scope = 'my-device', '{{idScope}}'
        resource, expiry = quote(f'{scope}/registrations/{device}', safe=''), int(time.time()) + 3600
        key = base64.b64decode(os.environ['DPS_DEVICE_KEY'])
        signature = base64.b64encode(hmac.digest(key, f'{resource}\n{expiry}'.encode(), 'sha256'))
        token = f"SharedAccessSignature sr={resource}&sig={quote(signature, safe='')}&se={expiry}&skn=registration"

        def ask(method, path, body=None):
            address = f'https://localhost:PORT/{scope}/registrations/{device}{path}?api-version=2021-06-01'
            headers = {'Authorization': token, 'Content-Type': 'application/json'}
            with urlopen(Request(address, body and json.dumps(body).encode(), headers, method=method)) as answer:
                return json.load(answer)

        state = ask('PUT', '/register', {'registrationId': device})
        while state['status'] == 'assigning':
            time.sleep(3)
            state = ask('GET', f"/operations/{state['operationId']}")
        print(state['status'], state['registrationState'].get('assignedHub'))
        """);

    public static string C(string idScope) =>
        $$"""
        prov_dev_security_init(SECURE_DEVICE_TYPE_SYMMETRIC_KEY);
        prov_dev_set_symmetric_key_info("my-device", getenv("DPS_DEVICE_KEY"));
        PROV_DEVICE_HANDLE device = Prov_Device_Create("localhost", "{{idScope}}", Prov_Device_HTTP_Protocol);
        Prov_Device_SetOption(device, OPTION_TRUSTED_CERT, authority); // the text of the authority's certificate
        Prov_Device_Register_Device(device, on_registered, NULL, NULL, NULL);
        """.ReplaceLineEndings("\n");

    public static string CommandLine(int port, string idScope, string? authorityFile) => ConnectSnippets.With(port,
        $$"""
        # az extension add --name azure-iot
        {{(authorityFile is null ? "" : $"export REQUESTS_CA_BUNDLE={Quoted(authorityFile)}\n")}}az iot dps enrollment list --login "${DPS_CONNECTION_STRING/;/:PORT;}"
        az iot device registration create --host localhost:PORT --id-scope {{idScope}} --registration-id my-device --key "$DPS_DEVICE_KEY"
        """);

    private static string Quoted(string file) => $"'{file.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
