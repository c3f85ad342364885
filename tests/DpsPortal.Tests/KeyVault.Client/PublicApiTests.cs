using Azure.Security.KeyVault.Keys;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>
/// Holds our client to the published signatures of the package it stands in for. With that package in its place
/// (<c>-p:UseAzureKeyVaultKeysPackage=true</c>) the same comparison checks the listing instead.
/// </summary>
public sealed class PublicApiTests
{
    private const string Listing = "tests/DpsPortal.Tests/KeyVault.Client/AzureSecurityKeyVaultKeys.4.8.0.txt";

    public static bool IsThePackage => typeof(KeyClient).Assembly.GetName().Name == "Azure.Security.KeyVault.Keys";

    [Fact]
    public void Nothing_public_exists_that_the_package_lacks()
    {
        var ours = PublicApi.Of(typeof(KeyClient).Assembly).ToHashSet();
        var published = ReadListing();

        var foreign = IsThePackage ? published.Except(ours) : ours.Except(published);

        Assert.Empty(foreign);
        foreach (var needed in (string[])[
            "RotateKey", "StartDeleteKey", "StartRecoverDeletedKey", "GetDeletedKey", "GetDeletedKeys", "PurgeDeletedKey", "BackupKey", "RestoreKeyBackup",
        ])
        {
            Assert.Equal(MembersNamed(published, needed), MembersNamed(ours, needed));
        }
    }

    [Fact]
    public void The_surface_carries_no_nullability_annotations_as_the_package_carries_none()
    {
        var annotated = typeof(KeyClient).Assembly.GetExportedTypes()
            .Where(type => type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "NullableContextAttribute"));

        Assert.Empty(annotated);
    }

    /// <summary>The synchronous and the asynchronous one.</summary>
    private static string[] MembersNamed(IEnumerable<string> members, string name) =>
        [.. members.Where(member => member.StartsWith("KeyClient: ", StringComparison.Ordinal)
            && (member.Contains($" {name}(", StringComparison.Ordinal) || member.Contains($" {name}Async(", StringComparison.Ordinal)))
            .Order()];

    private static HashSet<string> ReadListing()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, Listing)))
        {
            folder = folder.Parent ?? throw new FileNotFoundException(Listing);
        }

        return [.. File.ReadLines(Path.Combine(folder.FullName, Listing)).Where(line => !line.StartsWith('#'))];
    }
}
