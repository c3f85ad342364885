using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>Where everything lies: the database in one folder, each secret in a folder of its own beside it.</summary>
internal sealed class VaultFolders(string dataDirectory)
{
    private readonly string _parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(dataDirectory))!;

    public ProtectedFolder Database { get; } = ProtectedFolder.Open(dataDirectory);

    public ProtectedFolder MasterKey => Sibling("vault-master-key");

    public ProtectedFolder CertificateAuthority => Sibling("vault-ca");

    public ProtectedFolder Issuer => Sibling("vault-issuer");

    public ProtectedFolder IdentityEndpoint => Sibling("identity-endpoint");

    public ProtectedFolder AdministratorCredential => Sibling("administrator-credential");

    private ProtectedFolder Sibling(string name) => ProtectedFolder.Open(Path.Combine(_parent, name));
}
