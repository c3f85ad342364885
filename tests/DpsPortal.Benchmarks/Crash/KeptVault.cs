using System.Security.Cryptography;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>The fake vault with its versions in a file, so that they outlive the process. All versions share one RSA key.</summary>
internal sealed class KeptVault
{
    private readonly string _file;
    private readonly RSA _rsa;

    public KeptVault(string folder)
    {
        Directory.CreateDirectory(folder);
        (_file, var keyFile) = (Path.Combine(folder, "versions.txt"), Path.Combine(folder, "key.pem"));
        _rsa = RSA.Create(2048);
        if (File.Exists(keyFile))
        {
            _rsa.ImportFromPem(File.ReadAllText(keyFile));
        }
        else
        {
            File.WriteAllText(keyFile, _rsa.ExportRSAPrivateKeyPem());
        }

        Keys = [Add("kek-one"), Add("kek-two")];
        foreach (var line in File.Exists(_file) ? File.ReadAllLines(_file) : [])
        {
            Add(line.Split(' ')[0], line.Split(' ')[1]);
        }

        foreach (var key in Keys.Where(key => Vault.Keys[key.Name].Versions.Count == 0))
        {
            NewVersion(key);
        }
    }

    public FakeVault Vault { get; } = new();

    public IReadOnlyList<KeyIdentifier> Keys { get; }

    public KeyIdentifier NewVersion(KeyIdentifier key)
    {
        var version = Guid.NewGuid().ToString("N");
        File.AppendAllText(_file, $"{key.Name} {version}\n");
        Add(key.Name, version);
        return key.WithVersion(version);
    }

    private void Add(string name, string version) => Vault.Keys[name].Versions.Add(new FakeVersion(version, _rsa));

    private KeyIdentifier Add(string name)
    {
        Vault.Keys[name] = new FakeKey(name, FakeVault.Address);
        return KeyIdentifier.Create(FakeVault.Address, name);
    }
}
