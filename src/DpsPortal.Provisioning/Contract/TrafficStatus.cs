namespace DpsPortal.Provisioning.Contract;

/// <param name="Running">What it runs with; <see langword="null"/> while it is off.</param>
/// <param name="Requests">Requests answered since it was switched on.</param>
/// <param name="Refused">How many of them with an error.</param>
public sealed record TrafficStatus(TrafficSettings? Running, long Requests, long Refused);
