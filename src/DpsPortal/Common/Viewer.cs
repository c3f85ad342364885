using System.Globalization;
using DpsPortal.Resources;
using Microsoft.Extensions.Localization;

namespace DpsPortal.Common;

/// <summary>Times as the reader writes them, in the zone that the browser told; one per circuit.</summary>
internal sealed class Viewer(IStringLocalizer<Texts> texts)
{
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public void UseZone(string? ianaName) =>
        Zone = ianaName is not null && TimeZoneInfo.TryFindSystemTimeZoneById(ianaName, out var zone) ? zone : TimeZoneInfo.Utc;

    public string DateAndTime(DateTimeOffset at) => InZone(at, "FormatDateTime");

    public string DateAndTimeWithSeconds(DateTimeOffset at) => InZone(at, "FormatDateTimeSeconds");

    public string Date(DateTimeOffset at) => Local(at).ToString(texts["FormatDate"], CultureInfo.CurrentCulture);

    public string Time(DateTimeOffset at) => InZone(at, "FormatTime");

    /// <summary>What logs and colleagues elsewhere call the same moment.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    // The formats are texts: the ones of .NET's cultures give 11/5/2026 in English, which is two different days.
    private string InZone(DateTimeOffset at, string format)
    {
        var local = Local(at);
        return $"{local.ToString(texts[format], CultureInfo.CurrentCulture)} {ZoneName(local.Offset)}";
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    private static string ZoneName(TimeSpan offset) => offset == TimeSpan.Zero
        ? "UTC"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.ToString(offset.Minutes == 0 ? "%h" : "h\\:mm", CultureInfo.InvariantCulture)}");
}
