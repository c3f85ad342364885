using System.Globalization;

namespace DpsPortal.Provisioning.Traffic;

internal enum TrafficAct
{
    /// <summary>Registers and looks up what it came to.</summary>
    Register,

    /// <summary>Registers again, as after a restart of the device.</summary>
    Reprovision,

    /// <summary>Looks up its assignment more often than it may.</summary>
    Impatient,

    /// <summary>Tries with a key that is not its own.</summary>
    Impostor,
}

/// <param name="Wait">After the step before, at speed 1.</param>
internal sealed record TrafficStep(TimeSpan Wait, string Device, TrafficAct Act);

/// <summary>What the devices do, and when: a function of the seed alone.</summary>
internal static class TrafficPlan
{
    private const int Devices = 400;

    public static IEnumerable<TrafficStep> Of(int seed)
    {
#pragma warning disable CA5394 // The same each time is the point; nothing here is secret.
        var random = new Random(seed);
        var known = new List<string>();
        while (true)
        {
            var wait = TimeSpan.FromSeconds(0.5 + (3 * random.NextDouble()));
            var chance = random.Next(100);
            if (known.Count == 0 || (chance < 55 && known.Count < Devices))
            {
                var device = string.Create(CultureInfo.InvariantCulture, $"demo-{random.Next(16):x}{known.Count + 1:D4}");
                known.Add(device);
                yield return new TrafficStep(wait, device, TrafficAct.Register);
            }
            else
            {
                var act = chance < 85 ? TrafficAct.Reprovision : chance < 96 ? TrafficAct.Impatient : TrafficAct.Impostor;
                yield return new TrafficStep(wait, known[random.Next(known.Count)], act);
            }
        }
#pragma warning restore CA5394
    }
}
