using System.Globalization;
using Bunit;
using DpsPortal.Common;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>A time is read one way only: the month of an English date is a word, the zone stands beside it, UTC is a pointer away.</summary>
public sealed class ViewerTests : PageTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 5, 13, 3, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "Europe/Madrid", "5 Nov 2026, 14:03 UTC+1", "5 Nov 2026, 14:03:07 UTC+1", "5 Nov 2026", "14:03:07 UTC+1")]
    [InlineData("es", "Europe/Madrid", "05/11/2026 14:03 UTC+1", "05/11/2026 14:03:07 UTC+1", "05/11/2026", "14:03:07 UTC+1")]
    [InlineData("en", "Asia/Kolkata", "5 Nov 2026, 18:33 UTC+5:30", "5 Nov 2026, 18:33:07 UTC+5:30", "5 Nov 2026", "18:33:07 UTC+5:30")]
    [InlineData("en", "America/New_York", "5 Nov 2026, 08:03 UTC-5", "5 Nov 2026, 08:03:07 UTC-5", "5 Nov 2026", "08:03:07 UTC-5")]
    [InlineData("en", "no such zone", "5 Nov 2026, 13:03 UTC", "5 Nov 2026, 13:03:07 UTC", "5 Nov 2026", "13:03:07 UTC")]
    public void A_time_is_written_in_the_readers_language_and_zone(string culture, string zone, string minutes, string seconds, string date, string time)
    {
        Speak(culture);
        var viewer = Services.GetRequiredService<Viewer>();
        viewer.UseZone(zone);

        Assert.Equal([minutes, seconds, date, time], [viewer.DateAndTime(At), viewer.DateAndTimeWithSeconds(At), viewer.Date(At), viewer.Time(At)]);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void Where_a_time_is_shown_UTC_is_a_hint(string culture)
    {
        Speak(culture);

        var time = Open<Moment>(moment => moment.Add(it => it.At, At)).Find("time");

        Assert.Equal("2026-11-05 13:03:07 UTC", time.GetAttribute("title"));
        Assert.Equal(At, DateTimeOffset.Parse(time.GetAttribute("datetime")!, CultureInfo.InvariantCulture));
    }
}
