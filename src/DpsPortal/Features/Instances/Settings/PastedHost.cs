namespace DpsPortal.Features.Instances.Settings;

/// <summary>What of a pasted text is a host name. Of a connection string the rest is let go where it comes in: its key is nobody's business here.</summary>
internal static class PastedHost
{
    private const string HostName = "HostName=";

    /// <returns>The host name, and whether it was taken out of a connection string.</returns>
    public static (string Host, bool FromConnectionString) Of(string? text)
    {
        var given = text ?? "";
        if (!given.Contains(HostName, StringComparison.OrdinalIgnoreCase) && !given.Contains("SharedAccessKey", StringComparison.OrdinalIgnoreCase))
        {
            return (given, false);
        }

        var host = given.Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(part => part.StartsWith(HostName, StringComparison.OrdinalIgnoreCase));
        return (host?[HostName.Length..].Trim() ?? "", true);
    }
}
