using System.Globalization;

namespace DpsPortal.Common;

/// <summary>What the browser told about its reader; one per circuit.</summary>
internal sealed class Viewer
{
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public void UseZone(string? ianaName) =>
        Zone = ianaName is not null && TimeZoneInfo.TryFindSystemTimeZoneById(ianaName, out var zone) ? zone : TimeZoneInfo.Utc;

    public string DateAndTime(DateTimeOffset at) => In(at, "g");

    public string DateAndTimeWithSeconds(DateTimeOffset at) => In(at, "G");

    public string Date(DateTimeOffset at) => Local(at).ToString("d", CultureInfo.CurrentCulture);

    public string Time(DateTimeOffset at) => In(at, "T");

    private string In(DateTimeOffset at, string format)
    {
        var local = Local(at);
        return $"{local.ToString(format, CultureInfo.CurrentCulture)} {ZoneName(local.Offset)}";
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    private static string ZoneName(TimeSpan offset) => offset == TimeSpan.Zero
        ? "UTC"
        : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.ToString(offset.Minutes == 0 ? "%h" : "h\\:mm", CultureInfo.InvariantCulture)}");
}
