using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;

namespace DpsPortal.Tests.Architecture;

/// <summary>The walls between the projects, read from project files and from what sources name. A failure prints the rule and who broke it.</summary>
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

    private static readonly Dictionary<string, Wall> Walls = new Wall[]
    {
        new("The vault knows no other project", ["src/DpsPortal.KeyVault/"], ["DpsPortal", "Azure", "MudBlazor"]) { Allowed = ["DpsPortal.KeyVault"] },
        new(
            "The key client knows Azure.Core alone",
            ["src/DpsPortal.KeyVault.Client/"],
            ["DpsPortal", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Azure.Identity"]),
        new(
            "Services see of DPS its contract and what acts on it, and no more",
            ["src/DpsPortal.Services/"],
            ["DpsPortal.Provisioning", "DpsPortal.KeyVault", "Azure.Identity"])
        {
            Allowed = ["DpsPortal.Provisioning.Contract", "DpsPortal.Provisioning.Capabilities"],
        },
        new(
            "DPS reaches a vault through the key client alone",
            ["src/DpsPortal.Provisioning/"],
            ["DpsPortal.KeyVault", "DpsPortal.Services", "Azure.Identity"]),
        new(
            "Pages see services and the values of DPS's contract, but nothing that acts on DPS past the permissions, no vault, no database and no sign-in",
            ["src/DpsPortal/"],
            ["DpsPortal.Provisioning", "DpsPortal.KeyVault", "Azure", "Microsoft.EntityFrameworkCore", "Microsoft.Identity"])
        {
            Free = ["src/DpsPortal/Hosting/", "src/DpsPortal/Program.cs"],
            Allowed = ["DpsPortal.Provisioning.Contract"],
        },
        new(
            "MudBlazor appears in the portal alone",
            ["src/DpsPortal.KeyVault/", "src/DpsPortal.KeyVault.Client/", "src/DpsPortal.Provisioning/", "src/DpsPortal.Services/"], ["MudBlazor"]),
    }.ToDictionary(wall => wall.Rule);

    public static TheoryData<string> Rules => [.. Walls.Keys];

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

    [Theory, MemberData(nameof(Rules))]
    public void A_wall_holds(string rule) =>
        Assert.Empty(Sources.Below(Walls[rule].Folders).SelectMany(source => Walls[rule].BreachesIn(source.Path, source.Text)));

    [Theory, MemberData(nameof(Rules))]
    public void A_planted_breach_is_found_however_it_is_written(string rule)
    {
        var wall = Walls[rule];
        foreach (var (folder, name) in from folder in wall.Folders from forbidden in wall.Forbidden select (folder, forbidden + ".Planted"))
        {
            Assert.All(Planted(folder, name), planted => Assert.Single(wall.BreachesIn(planted.Path, planted.Text)));
            Assert.All(wall.Free, free => Assert.Empty(wall.BreachesIn(free, $"using {name};")));
        }

        Assert.All(wall.Allowed, name => Assert.Empty(wall.BreachesIn(wall.Folders[0] + "Planted.cs", $"using {name};\nvar made = new {name}.Thing();")));
    }

    [Theory]
    [InlineData("TrafficPanel.razor.cs", "[Inject] private Provisioning.Capabilities.ITraffic Traffic { get; set; } = null!;")]
    [InlineData("TrafficPanel.razor", "@inject Provisioning . Capabilities . ITraffic Traffic")]
    [InlineData("TrafficPanel.razor", "<Cascade TItem=\"DpsPortal.Provisioning.Capabilities.ITraffic\" />")]
    [InlineData("EnrollmentsPanel.razor.cs", "var keys = Services.GetRequiredService<global::DpsPortal.Provisioning.Capabilities.IEnrollments>();")]
    [InlineData("_Imports.razor", "@using DpsPortal.Provisioning.Capabilities")]
    [InlineData("Usings.cs", "global using Traffic = DpsPortal.Provisioning.Capabilities.ITraffic;")]
    [InlineData("DpsPortal.csproj", "<Using Include=\"DpsPortal.Provisioning.Capabilities\" />")]
    public void What_acts_on_DPS_is_found_in_a_page(string file, string text) =>
        Assert.Single(Walls.Values.SelectMany(wall => wall.BreachesIn("src/DpsPortal/" + file, text)));

    /// <summary>With a type that the compiler infers, a page needs no name for what it is handed.</summary>
    [Fact]
    public void Services_hand_out_nothing_that_acts_on_DPS()
    {
        var handing = typeof(ServiceRefusals).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(member => $"{type}: {member}")
                .Append($"{type}: {string.Join(' ', type.GetInterfaces().Append(type.BaseType))}"))
            .Where(member => member.Contains(typeof(ITraffic).Namespace!, StringComparison.Ordinal));
        Assert.Empty(handing);
    }

    [Fact]
    public void The_contract_holds_values_and_what_acts_on_DPS_is_an_interface_of_the_capabilities()
    {
        var exported = typeof(Caller).Assembly.GetExportedTypes();
        var elsewhere = exported.Where(type => type.IsInterface && type.Namespace != typeof(ITraffic).Namespace);
        Assert.Empty(elsewhere);

        var acting = from type in exported
                     where type.Namespace == typeof(Caller).Namespace && !IsOutcome(type)
                     from member in type.GetMembers()
                     where Regex.IsMatch($"{member}", @"\b(Task|ValueTask)\b|Provisioning\.Capabilities\.")
                     select $"{type}: {member}";
        Assert.Empty(acting);

        // An outcome goes on to what follows it, and that may take its time.
        static bool IsOutcome(Type type) => type.FullName!.StartsWith(typeof(Outcome<>).FullName!, StringComparison.Ordinal);
    }

    [Fact]
    public void Entity_Framework_stays_in_the_storage_folders_and_in_the_queries_that_ask_them() =>
        Assert.Empty(Sources.Below("src").SelectMany(source => EntityFramework.BreachesIn(source.Path, source.Text)));

    [Theory]
    [InlineData("src/DpsPortal.Provisioning/Instances/Planted.cs", "using Microsoft.EntityFrameworkCore;")]
    [InlineData("src/DpsPortal.Services/Keys/Planted.cs", "using DpsPortal.Services.Storage;\nusing Microsoft.EntityFrameworkCore.Infrastructure;")]
    [InlineData("src/DpsPortal.Services/Keys/Planted.cs", "using DpsPortal.Services.Storage;\nusing Microsoft.EntityFrameworkCore;\nclass P : DbContext;")]
    [InlineData("src/DpsPortal.KeyVault/Keys/Planted.cs", "class Planted(Microsoft.EntityFrameworkCore.DbContextOptions options);")]
    [InlineData("src/DpsPortal/Hosting/Planted.cs", "using Microsoft.EntityFrameworkCore;")]
    [InlineData("src/DpsPortal/Features/Keys/Planted.razor", "@using Microsoft.EntityFrameworkCore")]
    [InlineData("src/DpsPortal/DpsPortal.csproj", "<Using Include=\"Microsoft.EntityFrameworkCore\" />")]
    public void Entity_Framework_in_another_place_is_found(string path, string text) => Assert.NotEmpty(EntityFramework.BreachesIn(path, text));

    [Theory]
    [InlineData("src/DpsPortal.Services/Storage/Planted.cs", "using Microsoft.EntityFrameworkCore.Infrastructure;\nclass Planted : DbContext;")]
    [InlineData("src/DpsPortal.Services/Keys/Planted.cs", "using DpsPortal.Services.Storage;\nusing Microsoft.EntityFrameworkCore;")]
    public void Storage_and_the_queries_that_ask_it_may_use_Entity_Framework(string path, string text) => Assert.Empty(EntityFramework.BreachesIn(path, text));

    [Fact]
    public void Entity_Framework_is_in_no_public_signature()
    {
        foreach (var assembly in (Type[])[typeof(Caller), typeof(ServiceRefusals), typeof(EmbeddedKeyVault)])
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
        var features = Directory.GetDirectories(Repository.PathOf("src", "DpsPortal", "Features")).Select(Path.GetFileName).OfType<string>().ToArray();
        var walls = Crossings(features).ToList();
        Assert.Empty(Sources.Below("src/DpsPortal/Features").SelectMany(source => walls.SelectMany(wall => wall.BreachesIn(source.Path, source.Text))));

        foreach (var (folder, name) in from folder in features from other in features where other != folder select (folder, other))
        {
            Assert.All(
                Planted($"src/DpsPortal/Features/{folder}/", $"DpsPortal.Features.{name}.Planted"),
                planted => Assert.Single(walls.SelectMany(wall => wall.BreachesIn(planted.Path, planted.Text))));
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_its_wall()
    {
        Assert.Empty(Sources.Below("src", "tests").Where(source => IsTooLong(source.Path, source.Text)).Select(source => source.Path));
        Assert.True(IsTooLong("src/Planted.cs", string.Concat(Enumerable.Repeat("\n", 401))));
        Assert.True(IsTooLong("src/Planted.razor", string.Concat(Enumerable.Repeat("\n", 151))));
    }

    [Fact]
    public void No_line_of_code_is_longer_than_the_editor_is_told()
    {
        var limit = int.Parse(LineLimit().Match(File.ReadAllText(Repository.PathOf(".editorconfig"))).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Empty(
            from source in Sources.Below("src", "tests")
            where source.Path.EndsWith(".cs", StringComparison.Ordinal) && !GeneratedSource().IsMatch(source.Path)
            from line in LongLines(source.Text, limit)
            select $"{source.Path}:{line}");
        Assert.Equal([2], LongLines("short\n" + new string('x', limit + 1), limit));
        Assert.Empty(LongLines($"\"\"\"\n{new string('x', limit + 1)}\n\"\"\"", limit));
    }

    /// <summary>A raw string is text of another language, which has lines of its own.</summary>
    private static IEnumerable<int> LongLines(string text, int limit) =>
        from line in RawString().Replace(text, raw => new string('\n', raw.Value.Count(character => character == '\n'))).Split('\n').Index()
        where line.Item.Length > limit
        select line.Index + 1;

    private static bool IsTooLong(string path, string text) =>
        !GeneratedSource().IsMatch(path)
        && text.Count(character => character == '\n') > (path.EndsWith(".razor", StringComparison.Ordinal) ? 150 : 400);

    private static IEnumerable<Wall> Crossings(string[] features) => features.Select(feature => new Wall(
        "What two features need moves to Common/", [$"src/DpsPortal/Features/{feature}/"], ["DpsPortal.Features"])
    {
        Allowed = [$"DpsPortal.Features.{feature}"],
    });

    private static (string Path, string Text)[] Planted(string folder, string name) =>
    [
        (folder + "Planted.cs", $"using {name};"),
        (folder + "Planted.cs", $"    global using static global::{name};"),
        (folder + "Planted.cs", $"using Alias = {name};"),
        (folder + "Planted.cs", $"internal sealed class Planted({name}.Thing thing);"),
        (folder + "Planted.cs", $"var made = new global::{name}.Thing();"),
        (folder + "Planted.cs", $"var address = \"https://contoso.example\"; var made = typeof({name}.Thing);"),
        (folder + "Planted.razor", $"@using {name}"),
        (folder + "Planted.razor", $"@inject {name}.Thing Thing"),
        (folder + "Planted.csproj", $"<Using Include=\"{name}\" />"),
    ];

    [GeneratedRegex(@"max_line_length = (\d+)")]
    private static partial Regex LineLimit();

    [GeneratedRegex("(\"{3,})[\\s\\S]*?\\1")]
    private static partial Regex RawString();

    [GeneratedRegex("/(Migrations|CompiledModels)/")]
    private static partial Regex GeneratedSource();
}
