using System.Text.Json;
using DpsPortal.Provisioning.Contract;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>
/// What somebody switched the demonstration traffic to, in a file beside the database. It is a convenience: one that cannot be read or
/// written is none, and says so in the log.
/// </summary>
internal sealed partial class TrafficChoice(ProvisioningOptions options, ILogger<TrafficChoice> logger)
{
    private readonly string _file = Path.Combine(options.DataDirectory, "traffic.json");

    /// <param name="chosen"><see langword="null"/> for off.</param>
    /// <returns>Whether anybody has chosen.</returns>
    public bool IsMade(out TrafficSettings? chosen)
    {
        chosen = null;
        try
        {
            if (!File.Exists(_file))
            {
                return false;
            }

            chosen = JsonSerializer.Deserialize<TrafficSettings>(File.ReadAllBytes(_file));
            return chosen is null || (chosen.Instance.Length > 0 && TrafficSettings.Takes(chosen.Speed));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            LogNotRead(_file, fault);
            return false;
        }
    }

    public void Keep(TrafficSettings? chosen)
    {
        try
        {
            var written = _file + ".new";
            File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(chosen));
            File.Move(written, _file, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotKept(_file, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What the demonstration traffic was switched to cannot be read from {File}.")]
    private partial void LogNotRead(string file, Exception fault);

    [LoggerMessage(LogLevel.Warning, "What the demonstration traffic was switched to cannot be kept in {File}.")]
    private partial void LogNotKept(string file, Exception fault);
}
