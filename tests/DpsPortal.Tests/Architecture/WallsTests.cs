using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DpsPortal.Tests.Architecture;

/// <summary>The walls between the projects, read from project files and using lines. A failure prints the rule and who broke it.</summary>
public sealed partial class WallsTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["DpsPortal.KeyVault.Client"] = [],
        ["DpsPortal.KeyVault"] = [],
        ["DpsPortal.Provisioning"] = [],
        ["DpsPortal.Services"] = ["DpsPortal.Provisioning"],
        ["DpsPortal"] = ["DpsPortal.Services", "DpsPortal.Provisioning", "DpsPortal.KeyVault", "wwwroot-assets"],
    };

    [Fact]
    public void A_project_references_only_what_its_trust_boundary_allows()
    {
        foreach (var (project, allowed) in AllowedReferences)
        {
            var file = XDocument.Load(Repository.PathOf("src", project, project + ".csproj"));
            var references = file.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value));
            Assert.Empty(references.Except(allowed));
        }
    }

    [Fact]
    public void The_vault_knows_no_other_project() =>
        AssertNoUsing(["DpsPortal.KeyVault"], _ => true, ["DpsPortal", "Azure", "MudBlazor"], except: "DpsPortal.KeyVault");

    [Fact]
    public void The_key_client_knows_Azure_Core_alone() =>
        AssertNoUsing(["DpsPortal.KeyVault.Client"], _ => true, ["DpsPortal", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Azure.Identity"]);

    [Fact]
    public void Services_see_of_DPS_its_contract_alone() =>
        AssertNoUsing(["DpsPortal.Services"], _ => true, ["DpsPortal.Provisioning", "DpsPortal.KeyVault", "Azure.Identity"], except: "DpsPortal.Provisioning.Contract");

    [Fact]
    public void DPS_reaches_a_vault_through_the_key_client_alone() =>
        AssertNoUsing(["DpsPortal.Provisioning"], _ => true, ["DpsPortal.KeyVault", "DpsPortal.Services", "Azure.Identity"]);

    [Fact]
    public void Pages_see_services_and_the_values_they_carry_but_no_vault_no_DPS_internals_and_no_database() =>
        AssertNoUsing(
            ["DpsPortal"],
            file => !file.Contains("/src/DpsPortal/Hosting/", StringComparison.Ordinal) && !file.EndsWith("/src/DpsPortal/Program.cs", StringComparison.Ordinal),
            ["DpsPortal.Provisioning", "DpsPortal.KeyVault", "Azure", "Microsoft.EntityFrameworkCore", "Microsoft.Identity"],
            except: "DpsPortal.Provisioning.Contract");

    [Fact]
    public void MudBlazor_appears_in_the_portal_alone() =>
        AssertNoUsing(["DpsPortal.KeyVault.Client", "DpsPortal.Provisioning", "DpsPortal.Services"], _ => true, ["MudBlazor"]);

    [Fact]
    public void Entity_Framework_stays_in_the_storage_folders_and_out_of_public_signatures()
    {
        foreach (var assembly in (Type[])[typeof(DpsPortal.Provisioning.Contract.Caller), typeof(DpsPortal.Services.ServiceRefusals)])
        {
            var leaking = assembly.Assembly.GetExportedTypes()
                .SelectMany(type => type.GetMembers().Select(member => (Type: type, Member: member.ToString() ?? "")))
                .Where(member => member.Member.Contains("EntityFrameworkCore", StringComparison.Ordinal));
            Assert.Empty(leaking);
        }
    }

    [Fact]
    public void Features_do_not_use_each_others_components()
    {
        var features = Repository.PathOf("src", "DpsPortal", "Features");
        var names = Directory.GetDirectories(features).Select(Path.GetFileName).ToArray();
        var crossings =
            from file in Sources(features)
            let own = Path.GetRelativePath(features, file).Split(Path.DirectorySeparatorChar)[0]
            from name in names
            where name != own && Regex.IsMatch(File.ReadAllText(file), $@"\bFeatures\.{name}\b")
            select $"{file} uses {name}: what two features need moves to Common/";
        Assert.Empty(crossings);
    }

    [Fact]
    public void No_source_file_is_longer_than_its_wall()
    {
        var tooLong =
            from file in Sources(Repository.PathOf("src")).Concat(Sources(Repository.PathOf("tests")))
            where !file.Contains("/Migrations/", StringComparison.Ordinal) && !file.Contains("/CompiledModels/", StringComparison.Ordinal)
            let lines = File.ReadLines(file).Count()
            where lines > (file.EndsWith(".razor", StringComparison.Ordinal) ? 150 : 400)
            select $"{file}: {lines} lines";
        Assert.Empty(tooLong);
    }

    /// <summary>Namespaces that no <c>using</c> line of the files may begin with, unless it begins with one of the exceptions.</summary>
    private static void AssertNoUsing(string[] projects, Func<string, bool> applies, string[] forbidden, params string[] except)
    {
        var broken =
            from project in projects
            from file in Sources(Repository.PathOf("src", project))
            where applies(file.Replace('\\', '/'))
            from Match match in UsingLine().Matches(File.ReadAllText(file))
            let used = match.Groups["namespace"].Value
            where forbidden.Any(name => IsWithin(used, name)) && !except.Any(name => IsWithin(used, name))
            select $"{Path.GetRelativePath(Repository.Root, file)}: {match.Value.Trim()}";
        Assert.Empty(broken);
    }

    private static bool IsWithin(string used, string name) => used == name || used.StartsWith(name + ".", StringComparison.Ordinal);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => SourceFile().IsMatch(file) && !GeneratedFolder().IsMatch(file));

    /// <summary>In C# and Razor, with or without <c>global</c>, <c>static</c> or an alias.</summary>
    [GeneratedRegex(@"^[ \t]*(global\s+)?@?using\s+(static\s+)?(\w+\s*=\s*)?(global::)?(?<namespace>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\.(cs|razor)$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex GeneratedFolder();
}
