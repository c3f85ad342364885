using DpsPortal.Shell;

namespace DpsPortal.Common;

/// <summary>A step of the trail above a page's heading.</summary>
public sealed record Crumb(string Text, string Href)
{
    /// <summary>The way to a page below a key's page.</summary>
    internal static IReadOnlyList<Crumb> ToKey(Words words, string vault, string name) =>
    [
        new(words["Dashboard"], Addresses.Dashboard),
        new(words["Keys"], Addresses.Keys),
        new(name, Addresses.Key(vault, name)),
    ];

    /// <summary>The way to a page below an instance's page.</summary>
    internal static IReadOnlyList<Crumb> ToInstance(Words words, string instance, string? tab = null) =>
    [
        new(words["Dashboard"], Addresses.Dashboard),
        new(words["Instances"], Addresses.Instances),
        new(instance, Addresses.Instance(instance, tab)),
    ];

    /// <summary>The way to a page below an instance's enrollments.</summary>
    internal static IReadOnlyList<Crumb> ToEnrollments(Words words, string instance, string? kind = null) =>
    [
        new(words["Dashboard"], Addresses.Dashboard),
        new(words["Instances"], Addresses.Instances),
        new(instance, Addresses.Enrollments(instance, kind)),
    ];
}
