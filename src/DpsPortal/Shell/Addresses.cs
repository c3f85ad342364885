using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Shell;

/// <summary>Every address of the portal. The routes of the pages are the same texts with parameters.</summary>
internal static class Addresses
{
    public const string Dashboard = "/";
    public const string Instances = "/instances";
    public const string NewInstance = "/instances/new";
    public const string Keys = "/keys";
    public const string NewKey = "/keys/new";
    public const string Operations = "/operations";
    public const string Activity = "/activity";
    public const string Help = "/help";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";

    /// <summary>Takes the posted development sign-in; mapped by the host, in Development only.</summary>
    public const string DevelopmentSignIn = "/development/sign-in";

    /// <summary>Starts the sign-in with the directory; mapped by the host where there is one.</summary>
    public const string DirectorySignIn = "/sign-in/directory";

    public static string Instance(string name, string? tab = null) => Query($"/instances/{Part(name)}", ("tab", tab));

    /// <param name="kind">A name of <see cref="Common.RecordKindNames"/>; without it, enrollment groups.</param>
    public static string Enrollments(string instance, string? kind = null, string? group = null) => Enrollments(instance, new EnrollmentsView(kind, group));

    public static string Enrollments(string instance, EnrollmentsView view) => Query(
        $"/instances/{Part(instance)}", ("tab", "enrollments"), ("kind", view.Kind), ("group", view.Group), ("search", view.Search), ("status", view.Status),
        ("order", view.Descending ? EnrollmentsView.DescendingOrder : null), ("after", view.After), ("before", view.Before));

    public static string EditEnrollment(string instance, string kind, string id) => $"/instances/{Part(instance)}/enrollments/{Part(kind)}/{Part(id)}";

    public static string NewEnrollment(string instance) => $"/instances/{Part(instance)}/enrollments/new";

    public static string NewPolicy(string instance) => $"/instances/{Part(instance)}/policies/new";

    public static string EditPolicy(string instance, string policy) => $"/instances/{Part(instance)}/policies/{Part(policy)}/rights";

    public static string NewHub(string instance) => $"/instances/{Part(instance)}/hubs/new";

    public static string EditHub(string instance, string hostName) => $"/instances/{Part(instance)}/hubs/{Part(hostName)}";

    /// <param name="key">The key to have chosen when it opens.</param>
    public static string Rekey(string instance, KeyIdentifier? key = null) => Query($"/instances/{Part(instance)}/rekey", ("key", key?.ToString()));

    public static string Key(KeyIdentifier key) => Key(key.VaultName, key.Name);

    public static string Key(string vault, string name) => $"/keys/{Part(vault)}/{Part(name)}";

    public static string Rotate(KeyIdentifier key) => $"{Key(key)}/rotate";

    public static string Revoke(KeyIdentifier key, string? instance = null, string? version = null) =>
        Query($"{Key(key)}/revoke", ("instance", instance), ("version", version));

    public static string Operation(Guid id) => $"/operations/{id}";

    public static string ActivityOf(string subject) => Query(Activity, ("subject", subject));

    public static string SignInReturning(string address) => Query(SignIn, ("returnUrl", address));

    public static string SetCulture(string culture, string address) => Query("/culture/set", ("culture", culture), ("redirectUri", address));

    public static string Query(string path, params IEnumerable<(string Name, string? Value)> values)
    {
        var query = string.Join(
            '&', values.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    private static string Part(string value) => Uri.EscapeDataString(value);
}
