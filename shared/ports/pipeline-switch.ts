/** Starts and stops what delivers the input stream to a pipeline. What is stopped loses nothing while the stream keeps its records; what was delivered before still fires. */
export interface PipelineSwitch {
  isOn(): Promise<boolean>;
  turn(isOn: boolean): Promise<void>;
}
