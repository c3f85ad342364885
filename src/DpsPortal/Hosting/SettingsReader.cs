namespace DpsPortal.Hosting;

/// <summary>Reads settings and collects what is wrong with them, each fault under the key that people set.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public string? this[string key] => configuration[key];

    /// <param name="fault">The sentence, which begins with the key.</param>
    public void Add(string fault) => _faults.Add(fault);

    /// <summary>Adds what another check found, unless the same setting has been found wrong already.</summary>
    public void Add(string key, string rule)
    {
        if (!_faults.Exists(fault => fault.StartsWith(key + " ", StringComparison.Ordinal)))
        {
            _faults.Add($"{key} {rule}.");
        }
    }

    public Uri Url(string key, string fallback)
    {
        var text = configuration[key] ?? fallback;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        Add($"{key} is '{text}', which is not an http or https address. Example: {fallback}");
        return new Uri(fallback);
    }

    public bool Flag(string key, bool fallback)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        if (!bool.TryParse(text, out var flag))
        {
            Add(Unreadable(key, text, typeof(bool)));
        }

        return flag;
    }

    public string[] List(string key) => configuration.GetSection(key).Get<string[]>() ?? [];

    /// <summary>
    /// Sets the properties that the section names. Each setting is bound alone: the binder ends at the first that it cannot read, and a
    /// start names all.
    /// </summary>
    /// <param name="except">What is read in another way.</param>
    public void Bind<T>(string section, T options, params string[] except)
        where T : class
    {
        foreach (var setting in configuration.GetSection(section).GetChildren())
        {
            if (except.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            try
            {
                new ConfigurationBuilder().AddInMemoryCollection(setting.AsEnumerable()).Build().GetSection(section).Bind(options);
            }
            catch (InvalidOperationException)
            {
                Add(Unreadable($"{section}:{setting.Key}", setting.Value, TypeOf<T>(setting.Key)));
            }
        }
    }

    private static Type? TypeOf<T>(string property) =>
        Array.Find(typeof(T).GetProperties(), each => string.Equals(each.Name, property, StringComparison.OrdinalIgnoreCase))?.PropertyType;

    private static string Unreadable(string key, string? text, Type? type) => $"{key} is '{text}'; it takes " + type switch
    {
        _ when type == typeof(TimeSpan) => "hours, minutes and seconds. Example: 00:05:00",
        _ when type == typeof(bool) => "true or false.",
        _ when type == typeof(int) || type == typeof(long) => "a whole number.",
        _ when type == typeof(Guid) => "a GUID.",
        _ => "a value of another form.",
    };
}
