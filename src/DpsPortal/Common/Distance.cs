namespace DpsPortal.Common;

/// <summary>How far a moment is from now, in the largest unit that leaves a whole number worth saying. Pure.</summary>
/// <param name="Key">Of a text with a number, or without one where <paramref name="Number"/> is 0.</param>
internal readonly record struct Distance(string Key, long Number)
{
    private static readonly (TimeSpan Below, string Unit, TimeSpan One)[] Units =
    [
        (TimeSpan.FromHours(1), "Minutes", TimeSpan.FromMinutes(1)),
        (TimeSpan.FromDays(1), "Hours", TimeSpan.FromHours(1)),
        (TimeSpan.FromDays(60), "Days", TimeSpan.FromDays(1)),
        (TimeSpan.FromDays(730), "Months", TimeSpan.FromDays(30.44)),
        (TimeSpan.MaxValue, "Years", TimeSpan.FromDays(365.25)),
    ];

    public static Distance Of(DateTimeOffset at, DateTimeOffset now)
    {
        var far = (at - now).Duration();
        if (far < TimeSpan.FromMinutes(1))
        {
            return new(at <= now ? "JustNow" : "InAMoment", 0);
        }

        var (_, unit, one) = Units.First(unit => far < unit.Below);
        return new($"{(at <= now ? "Ago" : "Ahead")}_{unit}", (long)(far / one));
    }

    public string In(Words words) => Number == 0 ? words[Key] : words.Count(Key, Number);
}
