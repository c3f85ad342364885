using DpsPortal.Services.People;

namespace DpsPortal.Services.Keys;

/// <summary>A version that a person disabled here because nothing needed it.</summary>
public sealed record Retirement(Person By, DateTimeOffset At);
