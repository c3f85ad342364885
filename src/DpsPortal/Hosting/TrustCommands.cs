namespace DpsPortal.Hosting;

/// <summary>One line for each kind of program that shall trust the embedded vault.</summary>
internal static class TrustCommands
{
    public static string For(string file, int port) =>
        $"""
        Certificate of the embedded vault's authority (no private key in it):
          {file}

        For one shell:
          .NET (Linux)   export SSL_CERT_FILE='{file}'
          Node           export NODE_EXTRA_CA_CERTS='{file}'
          Python         export SSL_CERT_FILE='{file}' REQUESTS_CA_BUNDLE='{file}'
          curl           curl --cacert '{file}' 'https://localhost:{port}/keys?api-version=7.6'
        SSL_CERT_FILE and REQUESTS_CA_BUNDLE take the place of the system's authorities. A program that needs both gets a file with both:
          cat /etc/ssl/certs/ca-certificates.crt '{file}' > both.crt

        For this user or machine, browsers included:
          Windows        certutil -user -addstore Root "{file}"
          macOS          security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db '{file}'
          Debian         sudo cp '{file}' /usr/local/share/ca-certificates/dpsportal.crt && sudo update-ca-certificates
          Chrome, Linux  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n DpsPortal -i '{file}'
          Firefox        Settings, Certificates, Authorities, Import

        The authority can vouch only for localhost and the names below it, loopback addresses, and the names in KeyVault:Embedded:ExtraNames and ServedNames (Provisioning:AzureNames).
        """;
}
